-- The rooms that journeys lead to.

-- The room of those who have applied for the same, at an office, in a month: one for each key, whoever asks first,
-- and however many ask at once.
CREATE TABLE cohort_rooms (
    template text NOT NULL,
    -- Empty: wherever their cases lie.
    office text NOT NULL DEFAULT '',
    -- Empty: whenever they have filed.
    filed text NOT NULL DEFAULT '' CONSTRAINT cohort_rooms_filed CHECK (filed ~ '^(\d{4}-\d{2})?$'),
    room_id uuid NOT NULL CONSTRAINT cohort_rooms_room REFERENCES rooms ON DELETE CASCADE,
    CONSTRAINT cohort_rooms_key PRIMARY KEY (template, office, filed),
    CONSTRAINT cohort_rooms_room_once UNIQUE (room_id)
);
