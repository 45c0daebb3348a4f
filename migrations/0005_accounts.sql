-- Accounts that can be trusted: addresses are confirmed by mail, sessions can be told apart, and limits
-- on guessing hold over all nodes.

ALTER TABLE users
    -- Null for who signs in through a provider alone.
    ALTER COLUMN password_hash DROP NOT NULL;

ALTER TABLE sessions
    -- Names a session to its owner. It opens nothing.
    ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT sessions_id_unique UNIQUE,
    -- The browser and the system, as the browser itself says.
    ADD COLUMN device text NOT NULL DEFAULT ''
        CONSTRAINT sessions_device_length CHECK (char_length(device) <= 100);

-- Links that were sent by mail. Who follows one proves that the address is theirs. Each works once, since
-- it is deleted by its use, and for a short time. Only a hash is kept, as of sessions.
CREATE TABLE mail_tokens (
    token_hash bytea PRIMARY KEY
        CONSTRAINT mail_tokens_token_hash_length CHECK (octet_length(token_hash) = 32),
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    purpose text NOT NULL CONSTRAINT mail_tokens_purpose CHECK (purpose IN ('confirm', 'reset')),
    -- Where it was sent. An address that is to replace another one stands here until it is confirmed.
    email text NOT NULL CONSTRAINT mail_tokens_email_length CHECK (octet_length(email) <= 254),
    expires_at timestamptz NOT NULL
);
CREATE INDEX mail_tokens_user ON mail_tokens (user_id, purpose);
CREATE INDEX mail_tokens_expiry ON mail_tokens (expires_at);

-- Browsers in which somebody has signed in before. Guesses that others make at an account do not count
-- against them, so nobody is locked out by strangers.
CREATE TABLE known_devices (
    token_hash bytea NOT NULL
        CONSTRAINT known_devices_token_hash_length CHECK (octet_length(token_hash) = 32),
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    last_used_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, token_hash)
);

-- How much of a limit was used (generic cell rate algorithm). Unlogged: a crash forgets it, and nobody
-- waits for a disk.
CREATE UNLOGGED TABLE attempts (
    -- SHA-256 of what is limited and of whom, so that no address is kept.
    key bytea PRIMARY KEY CONSTRAINT attempts_key_length CHECK (octet_length(key) = 32),
    -- When all that was used will have come back.
    free_at timestamptz NOT NULL
);
CREATE INDEX attempts_free ON attempts (free_at);
