-- Accounts that end: when that is due, what becomes of what they said, and what is left of them then.

-- Nobody takes one of the handles in between.
LOCK TABLE users IN ACCESS EXCLUSIVE MODE;
-- These handles are for accounts that are gone. Whoever has one gets another, which they can change.
UPDATE users SET handle = 'former_' || left(md5(id::text), 16) WHERE starts_with(lower(handle), 'deleted_');
ALTER TABLE users
    -- When the account is to be deleted, if its owner has asked for that and not taken it back.
    ADD COLUMN deletion_due_at timestamptz,
    -- What becomes of their messages: they stay without an author, or lose their words. It stands for as
    -- long as there is something to be done.
    ADD COLUMN deletion_fate text
        CONSTRAINT users_deletion_fate CHECK (deletion_fate IN ('keep', 'erase')),
    -- The account is gone. The row stays, since messages refer to it, and says nothing of anybody.
    ADD COLUMN deleted_at timestamptz,
    ALTER COLUMN email DROP NOT NULL,
    ADD CONSTRAINT users_deletion_asked CHECK (
        deletion_due_at IS NULL OR (deletion_fate IS NOT NULL AND deleted_at IS NULL)),
    ADD CONSTRAINT users_handle_reserved CHECK (
        deleted_at IS NOT NULL OR NOT starts_with(lower(handle), 'deleted_')),
    ADD CONSTRAINT users_deleted CHECK (
        CASE WHEN deleted_at IS NULL THEN email IS NOT NULL
        ELSE email IS NULL AND email_verified_at IS NULL AND password_hash IS NULL
            AND handle ~ '^deleted_[0-9a-f]{12}$' END);
-- What is to be carried out.
CREATE INDEX users_deletion ON users (deletion_due_at) WHERE deletion_fate IS NOT NULL;

-- As before, and when the account of one of them was deleted: nobody writes to who is gone.
CREATE OR REPLACE FUNCTION conversation_ended(conversation uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM direct_pairs pair JOIN blocks
            ON (blocks.user_id, blocks.blocked_id)
                IN ((pair.low_id, pair.high_id), (pair.high_id, pair.low_id))
        WHERE pair.room_id = conversation)
    OR EXISTS (
        SELECT FROM direct_pairs pair JOIN users ON users.id IN (pair.low_id, pair.high_id)
        WHERE pair.room_id = conversation AND users.deleted_at IS NOT NULL);
END $$;
