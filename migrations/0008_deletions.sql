-- Accounts that end: when that is due, what becomes of what they said, and what is left of them then. And
-- what it takes to find everything of one person.

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
    ALTER COLUMN password_hash DROP NOT NULL,
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

-- Everything of one person, for them to take away or to be deleted. Of messages there is no such index,
-- which every one of them would pay for: they are found by room and sender.
CREATE INDEX member_intervals_user ON member_intervals (user_id, room_id, joined_seq);
CREATE INDEX reactions_user ON reactions (user_id, message_id, emoji);
CREATE INDEX invites_creator ON invites (created_by, code);

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
