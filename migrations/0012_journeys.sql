-- Visa journeys: through which stages members' cases have come. There is no column for a receipt number, and
-- none for anybody but the owner.

-- Templates as journeys have known them: a journey keeps the version that it began with.
CREATE TABLE journey_templates (
    slug text NOT NULL,
    version integer NOT NULL CONSTRAINT journey_templates_version CHECK (version > 0),
    -- As the door journeys/template answers, without its offices: their keys stay for ever.
    definition text NOT NULL,
    PRIMARY KEY (slug, version)
);

CREATE TABLE journeys (
    id uuid PRIMARY KEY,
    owner_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    template text NOT NULL,
    template_version integer NOT NULL,
    -- Who sees it. Whether it is counted is another question.
    visibility text NOT NULL DEFAULT 'private' CONSTRAINT journeys_visibility CHECK (
        visibility IN ('private', 'room', 'members', 'public')),
    -- Whose members see it; without one, nobody does.
    room_id uuid REFERENCES rooms ON DELETE SET NULL,
    -- Consent to be counted in statistics.
    counted boolean NOT NULL DEFAULT false,
    -- How exactly others see its dates.
    blur text NOT NULL DEFAULT 'month' CONSTRAINT journeys_blur CHECK (blur IN ('day', 'week', 'month')),
    -- How it has ended, where no stage says it.
    outcome text CONSTRAINT journeys_outcome CHECK (
        outcome IN ('approved', 'refused', 'withdrawn', 'returned')),
    ended_on date,
    -- When its owner last said how it stands. A wait that goes on counts up to that day, never to today.
    last_confirmed_at timestamptz NOT NULL DEFAULT now(),
    -- The journey that it follows, of the same owner.
    parent_id uuid REFERENCES journeys ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT journeys_template FOREIGN KEY (template, template_version) REFERENCES journey_templates,
    CONSTRAINT journeys_room CHECK (room_id IS NULL OR visibility = 'room'),
    CONSTRAINT journeys_ended CHECK ((outcome IS NULL) = (ended_on IS NULL)),
    CONSTRAINT journeys_parent CHECK (parent_id <> id)
);
CREATE INDEX journeys_owner ON journeys (owner_id, created_at);
CREATE INDEX journeys_counted ON journeys (template) WHERE counted;
-- The foreign keys' other sides.
CREATE INDEX journeys_template_known ON journeys (template, template_version);
CREATE INDEX journeys_shown_in ON journeys (room_id) WHERE room_id IS NOT NULL;
CREATE INDEX journeys_followed ON journeys (parent_id) WHERE parent_id IS NOT NULL;

-- Where a case lies from a stage on: cases are transferred.
CREATE TABLE journey_offices (
    journey_id uuid NOT NULL REFERENCES journeys ON DELETE CASCADE,
    -- What was said last of a stage holds.
    number bigint GENERATED ALWAYS AS IDENTITY,
    office text NOT NULL,
    from_stage text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (journey_id, number)
);

-- What was said of a stage, and when it was said. Nothing is ever changed: what puts something right, or takes it
-- back, is another row. So it is known for each day what was known on it.
CREATE TABLE stage_events (
    id uuid PRIMARY KEY,
    journey_id uuid NOT NULL REFERENCES journeys ON DELETE CASCADE,
    stage text NOT NULL,
    -- Retracted: it was a mistake to say it.
    status text NOT NULL CONSTRAINT stage_events_status CHECK (
        status IN ('expected', 'scheduled', 'happened', 'cancelled', 'retracted')),
    on_date date NOT NULL,
    precision text NOT NULL CONSTRAINT stage_events_precision CHECK (
        precision IN ('day', 'week', 'month', 'year')),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    supersedes uuid,
    -- What it says once more, as the one that was put right is undone.
    restates uuid,
    -- The owner's own; shown to nobody else.
    note text NOT NULL DEFAULT '' CONSTRAINT stage_events_note_length CHECK (char_length(note) <= 1000),
    source text NOT NULL DEFAULT 'manual' CONSTRAINT stage_events_source CHECK (
        source IN ('manual', 'import', 'bot')),
    CONSTRAINT stage_events_whole UNIQUE (journey_id, id),
    -- Of two that would put the same right, the second comes too late.
    CONSTRAINT stage_events_supersedes_once UNIQUE (supersedes),
    CONSTRAINT stage_events_supersedes FOREIGN KEY (journey_id, supersedes)
        REFERENCES stage_events (journey_id, id),
    CONSTRAINT stage_events_restates FOREIGN KEY (journey_id, restates)
        REFERENCES stage_events (journey_id, id),
    CONSTRAINT stage_events_restated CHECK (
        restates IS NULL OR (supersedes IS NOT NULL AND status <> 'retracted')),
    CONSTRAINT stage_events_retracted CHECK (status <> 'retracted' OR supersedes IS NOT NULL)
);

CREATE FUNCTION stage_events_stay() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'stage events are never changed: add one that supersedes it';
END $$;
CREATE TRIGGER stage_events_stay BEFORE UPDATE ON stage_events
    FOR EACH ROW EXECUTE FUNCTION stage_events_stay();

-- What holds: what nothing has put right or taken back.
CREATE VIEW standing_events AS
SELECT id, journey_id, stage, status, on_date, precision, recorded_at, note
FROM stage_events event
WHERE status <> 'retracted'
    AND NOT EXISTS (SELECT FROM stage_events later WHERE later.supersedes = event.id);

-- By what owners are told from each other in what follows, and which nobody else has: with it, a list of
-- accounts could be compared with the pseudonyms.
CREATE TABLE wait_salts (
    single boolean PRIMARY KEY DEFAULT true CONSTRAINT wait_salts_single CHECK (single),
    salt bytea NOT NULL DEFAULT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
);

-- The days of which the waits were counted.
CREATE TABLE wait_batches (
    made_on date PRIMARY KEY,
    made_at timestamptz NOT NULL DEFAULT now()
);

-- All that was ever told of how long a step takes. What may be told next depends on it (docs/statistics.md), so
-- that nothing goes but what is shown.
CREATE TABLE wait_editions (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    template text NOT NULL,
    from_stage text NOT NULL,
    to_stage text NOT NULL,
    -- None for all offices, an office, or an office and a quarter of a year.
    path text[] NOT NULL,
    made_on date NOT NULL,
    -- The waits that it rests on: pseudonyms of their owners, in whose place there is a random one once their last
    -- journey of this kind is gone; the days since their beginning on which they were
    -- first and last watched, and what ended them, 0 for nothing.
    owners uuid[] NOT NULL,
    entries integer[] NOT NULL,
    times integer[] NOT NULL,
    causes smallint[] NOT NULL,
    -- What is told, as JSON. None when there was nobody left.
    figures text,
    people integer NOT NULL,
    shown boolean NOT NULL,
    -- Somebody behind it has since withdrawn a journey of this kind from being counted, if not all of them: it is
    -- shown no more.
    withdrawn boolean NOT NULL DEFAULT false,
    CONSTRAINT wait_editions_cases CHECK (
        cardinality(owners) = cardinality(entries) AND cardinality(owners) = cardinality(times)
        AND cardinality(owners) = cardinality(causes)),
    CONSTRAINT wait_editions_shown CHECK (figures IS NOT NULL OR NOT shown)
);
CREATE INDEX wait_editions_family ON wait_editions (template, from_stage, to_stage, number);
CREATE INDEX wait_editions_shown ON wait_editions (template, from_stage, to_stage) WHERE shown;
