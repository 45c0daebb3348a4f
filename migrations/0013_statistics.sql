-- What else is told of waits: offices held against each other, and how well what was foretold has come true.

-- Whether the offices of a step differ, by what the last batch has shown of each. Nobody learns which is slower.
CREATE TABLE wait_comparisons (
    template text NOT NULL,
    from_stage text NOT NULL,
    to_stage text NOT NULL,
    offices integer NOT NULL CONSTRAINT wait_comparisons_offices CHECK (offices > 1),
    differ boolean NOT NULL,
    PRIMARY KEY (template, from_stage, to_stage)
);
