-- Safety: whom people do not want to hear from, what they report, and who is kept from signing in.

-- At once what is needed in the end: to ask for more later is how two come to wait for each other.
LOCK TABLE users IN ACCESS EXCLUSIVE MODE;

-- Whom somebody has blocked. Told to nobody.
CREATE TABLE blocks (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    blocked_id uuid NOT NULL CONSTRAINT blocks_blocked_known REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, blocked_id),
    CONSTRAINT blocks_others CHECK (user_id <> blocked_id)
);
CREATE INDEX blocks_blocked ON blocks (blocked_id);

-- Whether a conversation of two has ended: one of them has blocked the other. In plpgsql, which keeps the
-- plan.
CREATE FUNCTION conversation_ended(conversation uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM direct_pairs pair JOIN blocks
            ON (blocks.user_id, blocks.blocked_id)
                IN ((pair.low_id, pair.high_id), (pair.high_id, pair.low_id))
        WHERE pair.room_id = conversation);
END $$;

-- What somebody has reported to those who run this installation. The evidence is kept as it was then,
-- whatever becomes of the message, the room and the people.
CREATE TABLE reports (
    id uuid PRIMARY KEY,
    state text NOT NULL DEFAULT 'open' CONSTRAINT reports_state CHECK (state IN ('open', 'resolved')),
    kind text NOT NULL CONSTRAINT reports_kind CHECK (kind IN ('message', 'person', 'room')),
    -- Of the message, the person or the room: what was reported, even when that is gone.
    subject_id uuid NOT NULL,
    category text NOT NULL CONSTRAINT reports_category CHECK (category IN (
        'scam', 'harassment', 'hate', 'personal_data', 'false_information', 'spam', 'other')),
    -- What the reporter has to say about it.
    note text NOT NULL DEFAULT '' CONSTRAINT reports_note_length CHECK (char_length(note) <= 1000),
    reporter_id uuid REFERENCES users ON DELETE SET NULL,
    reporter_handle text NOT NULL,
    room_id uuid REFERENCES rooms ON DELETE SET NULL,
    -- A conversation of two bears the handle that the reporter sees.
    room_name text NOT NULL,
    -- Who it is about: the sender, or the person. Nobody, when it is the room.
    user_id uuid REFERENCES users ON DELETE SET NULL,
    user_handle text,
    place bigint,
    body text,
    created_at timestamptz NOT NULL DEFAULT now(),
    resolved_at timestamptz,
    CONSTRAINT reports_resolved CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)),
    CONSTRAINT reports_about CHECK ((kind = 'room') = (user_handle IS NULL)),
    CONSTRAINT reports_said CHECK (
        (kind = 'message') = (body IS NOT NULL) AND (kind = 'message') = (place IS NOT NULL))
);
-- The same report by the same person is one, until it is resolved.
CREATE UNIQUE INDEX reports_once ON reports (reporter_id, subject_id, category) WHERE state = 'open';
CREATE INDEX reports_reporter ON reports (reporter_id, created_at);
CREATE INDEX reports_state ON reports (state, created_at);
-- The foreign keys' other sides.
CREATE INDEX reports_user ON reports (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX reports_room ON reports (room_id) WHERE room_id IS NOT NULL;

ALTER TABLE users
    -- Nobody signs in to the account before that: infinity, until it is reinstated.
    ADD COLUMN suspended_until timestamptz,
    -- For those who run this installation.
    ADD COLUMN suspended_because text NOT NULL DEFAULT ''
        CONSTRAINT users_suspended_because_length CHECK (char_length(suspended_because) <= 1000);

-- As before, but nobody writes in a conversation of two that has ended, which is refused as `blocked`.
-- Whoever blocks takes the lock of its head too: what is posted after that has seen the block. Other
-- rooms pay nothing for it.
CREATE OR REPLACE FUNCTION post_messages(
    room_ids uuid[],
    sender_ids uuid[],
    client_ids uuid[],
    message_ids uuid[],
    bodies text[],
    replies bigint[],
    mentions text[],
    patient boolean
) RETURNS TABLE (ord bigint, outcome text, seq bigint, message_id uuid, sent_at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    locked uuid[];
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'post_messages needs READ COMMITTED';
    END IF;

    -- In order of their ids, so that two calls never wait for each other in a ring.
    IF patient THEN
        locked := ARRAY(
            SELECT room_id FROM room_heads WHERE room_id = ANY (room_ids)
            ORDER BY room_id FOR NO KEY UPDATE);
    ELSE
        locked := ARRAY(
            SELECT room_id FROM room_heads WHERE room_id = ANY (room_ids)
            ORDER BY room_id FOR NO KEY UPDATE SKIP LOCKED);
    END IF;

    RETURN QUERY
    WITH judged AS MATERIALIZED (
        SELECT item.ord, item.room_id, item.sender_id, item.client_id, item.id, item.body,
               item.reply_to, item.mentions,
               head.last_seq, head.last_message_no,
               known.id AS known_id, known.seq AS known_seq, known.created_at AS known_at,
               CASE
                   WHEN head.room_id IS NULL AND EXISTS (
                       SELECT FROM room_heads WHERE room_id = item.room_id) THEN 'skipped'
                   -- What is stored is acknowledged, also to somebody who has left since. Once its
                   -- words were changed or taken back, nobody can tell any more what they were.
                   WHEN (known.body <> item.body OR known.reply_to IS DISTINCT FROM item.reply_to)
                       AND known.id IS NOT NULL AND known.edited_at IS NULL
                       AND known.deleted_at IS NULL THEN 'id_reused'
                   WHEN known.id IS NOT NULL THEN 'duplicate'
                   WHEN member.user_id IS NULL AND rooms.kind = 'public' THEN 'not_member'
                   WHEN member.user_id IS NULL THEN 'room_unknown'
                   WHEN rooms.kind = 'direct' AND conversation_ended(rooms.id) THEN 'blocked'
                   WHEN item.reply_to IS NOT NULL AND NOT EXISTS (
                       SELECT FROM messages original
                       WHERE original.room_id = item.room_id AND original.seq = item.reply_to
                           AND original.kind = 'text'
                           AND (rooms.kind = 'public' OR original.seq >= (
                               SELECT joined_seq FROM member_intervals
                               WHERE room_id = item.room_id AND user_id = item.sender_id
                                   AND left_seq IS NULL))) THEN 'message_unknown'
                   ELSE 'posted'
               END AS outcome
        FROM unnest(room_ids, sender_ids, client_ids, message_ids, bodies, replies, mentions)
                 WITH ORDINALITY
                 AS item (room_id, sender_id, client_id, id, body, reply_to, mentions, ord)
             LEFT JOIN room_heads head
                 ON head.room_id = item.room_id AND head.room_id = ANY (locked)
             LEFT JOIN rooms ON rooms.id = item.room_id
             LEFT JOIN members member
                 ON member.room_id = item.room_id AND member.user_id = item.sender_id
             LEFT JOIN messages known
                 ON known.room_id = item.room_id AND known.sender_id = item.sender_id
                     AND known.client_id = item.client_id
    ), added AS MATERIALIZED (
        SELECT judged.ord, room_id, sender_id, client_id, id, body, reply_to, judged.mentions,
               last_seq, last_message_no,
               row_number() OVER (PARTITION BY room_id ORDER BY judged.ord) AS step
        FROM judged WHERE judged.outcome = 'posted'
    ), inserted AS (
        INSERT INTO messages
            (id, room_id, seq, version, message_no, kind, sender_id, client_id, body, reply_to)
        SELECT id, room_id, last_seq + step, last_seq + step, last_message_no + step, 'text',
               sender_id, client_id, body, reply_to
        FROM added
    ), mentioned AS (
        INSERT INTO mentions (user_id, room_id, seq)
        SELECT DISTINCT named.id, added.room_id, added.last_seq + added.step
        FROM added
             CROSS JOIN LATERAL unnest(string_to_array(added.mentions, ' ')) AS called (handle)
             JOIN users named ON lower(named.handle) = called.handle
             JOIN members ON members.room_id = added.room_id AND members.user_id = named.id
        WHERE added.mentions <> '' AND named.id <> added.sender_id
    ), moved AS (
        UPDATE room_heads
        SET last_seq = room_heads.last_seq + sums.steps,
            last_message_no = room_heads.last_message_no + sums.steps
        FROM (SELECT room_id, count(*) AS steps FROM added GROUP BY room_id) sums
        WHERE room_heads.room_id = sums.room_id
    )
    SELECT judged.ord, judged.outcome,
           coalesce(judged.known_seq, added.last_seq + added.step),
           coalesce(judged.known_id, judged.id),
           coalesce(judged.known_at, now())
    FROM judged LEFT JOIN added ON added.ord = judged.ord
    ORDER BY judged.ord;
END $$;
