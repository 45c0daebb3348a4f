-- Signing in through an OpenID provider.

-- What a provider calls a person. Issuer and subject together name them for ever; an e-mail does not.
CREATE TABLE identities (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    issuer text NOT NULL CONSTRAINT identities_issuer_length CHECK (octet_length(issuer) <= 1000),
    subject text NOT NULL CONSTRAINT identities_subject_length CHECK (octet_length(subject) BETWEEN 1 AND 255),
    -- The address that the provider vouched for then. Its owner knows the identity by it, and it goes
    -- with a new password if that was asked for at another address; it lets nobody in.
    email text NOT NULL CONSTRAINT identities_email_length CHECK (octet_length(email) <= 254),
    linked_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT identities_subject_unique UNIQUE (issuer, subject)
);
CREATE INDEX identities_user ON identities (user_id);

-- Somebody who has gone to the provider and is not back yet. The row is deleted by their return, so
-- that each works once, for the browser that has left and no other.
CREATE TABLE identity_flows (
    -- Hashes, as of sessions: who reads the table cannot come back in anybody's place.
    state_hash bytea PRIMARY KEY
        CONSTRAINT identity_flows_state_hash_length CHECK (octet_length(state_hash) = 32),
    browser_hash bytea NOT NULL
        CONSTRAINT identity_flows_browser_hash_length CHECK (octet_length(browser_hash) = 32),
    -- What the ID token repeats, and what proves to the provider that we have asked for it (PKCE).
    nonce text NOT NULL,
    verifier text NOT NULL,
    -- Where the person was heading: a path of this site.
    next text NOT NULL CONSTRAINT identity_flows_next_length CHECK (octet_length(next) <= 2000),
    -- Whose account gets the identity. Null: somebody signs in.
    linking uuid REFERENCES users ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);
CREATE INDEX identity_flows_expiry ON identity_flows (expires_at);
CREATE INDEX identity_flows_linking ON identity_flows (linking);
