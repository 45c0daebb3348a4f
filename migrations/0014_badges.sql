-- Whose stage stands beside their name in which room.

-- The key of what refers to a journey together with its owner.
ALTER TABLE journeys ADD CONSTRAINT journeys_owned UNIQUE (id, owner_id);

-- It is off unless there is a row, and goes with the membership, the journey and the account, whoever ends them.
CREATE TABLE stage_badges (
    room_id uuid NOT NULL,
    user_id uuid NOT NULL,
    journey_id uuid NOT NULL,
    -- One stands beside a name.
    PRIMARY KEY (room_id, user_id),
    CONSTRAINT stage_badges_member FOREIGN KEY (room_id, user_id) REFERENCES members ON DELETE CASCADE,
    CONSTRAINT stage_badges_journey FOREIGN KEY (journey_id, user_id)
        REFERENCES journeys (id, owner_id) ON DELETE CASCADE
);
CREATE INDEX stage_badges_shown ON stage_badges (journey_id);

-- Whichever way one goes, those who still share a room hear of it as of a change of the profile.
CREATE FUNCTION stage_badge_goes() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE profiles SET version = version + 1, changed_at = clock_timestamp() WHERE user_id = OLD.user_id;
    RETURN NULL;
END $$;
CREATE TRIGGER stage_badge_goes AFTER DELETE ON stage_badges
    FOR EACH ROW EXECUTE FUNCTION stage_badge_goes();
