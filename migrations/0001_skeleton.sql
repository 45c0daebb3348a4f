-- People, rooms and what they say. Ids are UUIDv7, made by the server; times are timestamptz.
-- Constraints carry names: the server turns them into messages for people.

-- Sequence numbers are compared within one epoch only. A restored backup gets another one.
CREATE TABLE installation (
    single boolean PRIMARY KEY DEFAULT true CONSTRAINT installation_is_single CHECK (single),
    epoch uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO installation DEFAULT VALUES;

CREATE TABLE users (
    id uuid PRIMARY KEY,
    handle text NOT NULL CONSTRAINT users_handle_form CHECK (handle ~ '^[A-Za-z][A-Za-z0-9_]{2,23}$'),
    email text NOT NULL CONSTRAINT users_email_length CHECK (octet_length(email) <= 254),
    -- Null until the address has been confirmed.
    email_verified_at timestamptz,
    -- Argon2id in PHC form: it carries its own parameters, so that they can grow.
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- Handles that differ only in case are the same.
CREATE UNIQUE INDEX users_handle_unique ON users (lower(handle));
-- An address belongs to whoever has confirmed it. Until then it is a claim, and anybody may make
-- it: refusing a second claim would tell strangers who has an account.
CREATE UNIQUE INDEX users_email_unique ON users (lower(email)) WHERE email_verified_at IS NOT NULL;

-- A browser that is signed in. Only a hash of its token is kept: who reads the table can be nobody.
CREATE TABLE sessions (
    token_hash bytea PRIMARY KEY CONSTRAINT sessions_token_hash_length CHECK (octet_length(token_hash) = 32),
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE rooms (
    id uuid PRIMARY KEY,
    kind text NOT NULL CONSTRAINT rooms_kind CHECK (kind IN ('public', 'group')),
    name text NOT NULL CONSTRAINT rooms_name_length CHECK (char_length(name) BETWEEN 1 AND 80),
    -- The room's sequence number when its row last changed.
    version bigint NOT NULL,
    created_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- The next sequence number of a room is taken here, under the row's lock, so that numbers become
-- visible in order. A table of its own, narrow and with room to spare on each page: it is updated
-- with every message, and those updates stay on the page (HOT).
CREATE TABLE room_heads (
    room_id uuid PRIMARY KEY REFERENCES rooms ON DELETE CASCADE,
    -- The last number taken, by any change of the room's shared state.
    last_seq bigint NOT NULL DEFAULT 0,
    -- The last number given to a message of a person; what unread counts are counted in.
    last_message_no bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE members (
    room_id uuid NOT NULL REFERENCES rooms ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    role text NOT NULL CONSTRAINT members_role CHECK (role IN ('owner', 'moderator', 'member')),
    -- The room's sequence number when this membership last changed.
    version bigint NOT NULL,
    joined_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (room_id, user_id)
);
CREATE INDEX members_user ON members (user_id);

-- Since when, and until when, somebody has been in a room, in its sequence numbers. A person who
-- leaves and comes back has two.
CREATE TABLE member_intervals (
    room_id uuid NOT NULL,
    user_id uuid NOT NULL,
    joined_seq bigint NOT NULL,
    left_seq bigint CONSTRAINT member_intervals_order CHECK (left_seq > joined_seq),
    PRIMARY KEY (room_id, user_id, joined_seq),
    FOREIGN KEY (room_id) REFERENCES rooms ON DELETE CASCADE,
    FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE
);

-- What people say, and system lines. Rows are versioned: a change keeps the place (seq) and takes
-- a new version.
CREATE TABLE messages (
    id uuid PRIMARY KEY,
    room_id uuid NOT NULL REFERENCES rooms ON DELETE CASCADE,
    seq bigint NOT NULL,
    version bigint NOT NULL CONSTRAINT messages_version_order CHECK (version >= seq),
    -- Null for system lines, which nobody has to read.
    message_no bigint,
    kind text NOT NULL CONSTRAINT messages_kind CHECK (kind IN ('text', 'created', 'joined')),
    sender_id uuid NOT NULL REFERENCES users,
    -- The sender's own id of the send: it makes every try of it the same message, for ever.
    client_id uuid,
    body text NOT NULL CONSTRAINT messages_body_length CHECK (char_length(body) <= 4000),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT messages_seq_unique UNIQUE (room_id, seq),
    CONSTRAINT messages_client_id_unique UNIQUE (room_id, sender_id, client_id),
    CONSTRAINT messages_text_numbered CHECK ((kind = 'text') = (message_no IS NOT NULL)),
    CONSTRAINT messages_text_sent CHECK ((kind = 'text') = (client_id IS NOT NULL))
);
-- Catching up reads what changed after a sequence number.
CREATE INDEX messages_version ON messages (room_id, version);
