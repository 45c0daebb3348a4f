-- Rooms that people would choose: what a room is about, conversations of two, who keeps order in it,
-- who is kept out, and by which links others get in.

ALTER TABLE rooms
    ADD COLUMN topic text NOT NULL DEFAULT ''
        CONSTRAINT rooms_topic_length CHECK (char_length(topic) <= 120),
    ADD COLUMN description text NOT NULL DEFAULT ''
        CONSTRAINT rooms_description_length CHECK (char_length(description) <= 2000),
    DROP CONSTRAINT rooms_kind,
    ADD CONSTRAINT rooms_kind CHECK (kind IN ('public', 'group', 'direct')),
    DROP CONSTRAINT rooms_name_length,
    -- A conversation of two has no name of its own: each sees the other's.
    ADD CONSTRAINT rooms_name_length CHECK (
        CASE kind WHEN 'direct' THEN name = '' ELSE char_length(name) BETWEEN 1 AND 80 END);

-- The one conversation of two people, whoever of them asks first, and however many ask at once.
CREATE TABLE direct_pairs (
    room_id uuid PRIMARY KEY REFERENCES rooms ON DELETE CASCADE,
    low_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    high_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    CONSTRAINT direct_pairs_order CHECK (low_id < high_id),
    CONSTRAINT direct_pairs_unique UNIQUE (low_id, high_id)
);

-- What somebody wants to be told of a room. Nobody else learns it.
ALTER TABLE members
    ADD COLUMN mute text NOT NULL DEFAULT 'all'
        CONSTRAINT members_mute CHECK (mute IN ('all', 'mentions', 'none'));

-- Who is kept out of a room until the ban is lifted. Nobody here is a member of it.
CREATE TABLE bans (
    room_id uuid NOT NULL REFERENCES rooms ON DELETE CASCADE,
    user_id uuid NOT NULL CONSTRAINT bans_user_known REFERENCES users ON DELETE CASCADE,
    banned_by uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (room_id, user_id)
);

-- Links into a room. The code is kept as it is: those who keep order look it up to pass it on.
CREATE TABLE invites (
    -- 128 random bits, base64url.
    code text PRIMARY KEY CONSTRAINT invites_code_form CHECK (code ~ '^[A-Za-z0-9_-]{22}$'),
    room_id uuid NOT NULL REFERENCES rooms ON DELETE CASCADE,
    created_by uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- Null: does not expire.
    expires_at timestamptz,
    -- Null: for any number of people.
    max_uses integer CONSTRAINT invites_max_uses CHECK (max_uses > 0),
    -- Counted under the lock of the room's head.
    uses integer NOT NULL DEFAULT 0,
    revoked_at timestamptz,
    CONSTRAINT invites_uses CHECK (uses >= 0 AND uses <= max_uses)
);
CREATE INDEX invites_room ON invites (room_id);

-- System lines for a new name and a new topic, each with it as its words, and for a ban.
ALTER TABLE messages
    DROP CONSTRAINT messages_kind,
    ADD CONSTRAINT messages_kind CHECK (kind IN (
        'text', 'created', 'joined', 'left', 'removed', 'banned', 'renamed', 'topic'));
