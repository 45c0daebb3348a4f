-- Messages people would choose: answers to others, reactions, mentions, pins, and how far each person
-- has read.

ALTER TABLE messages
    -- The place of the message that it answers: a reference, so that what was deleted is quoted nowhere.
    ADD COLUMN reply_to bigint,
    ADD COLUMN pinned_at timestamptz,
    -- How many reactions it has. They stand in a table of their own, which most messages never need.
    ADD COLUMN reactions integer NOT NULL DEFAULT 0
        CONSTRAINT messages_reactions CHECK (reactions >= 0),
    ADD CONSTRAINT messages_reply_known FOREIGN KEY (room_id, reply_to) REFERENCES messages (room_id, seq),
    ADD CONSTRAINT messages_reply_order CHECK (reply_to < seq);
CREATE INDEX messages_pinned ON messages (room_id, pinned_at) WHERE pinned_at IS NOT NULL;
-- The foreign key's other side: deleting an account's rooms must not read every message.
CREATE INDEX messages_reply ON messages (room_id, reply_to) WHERE reply_to IS NOT NULL;

-- Who answered a message with what. A reaction that was taken back is no row: each change moves the
-- message's version, and a message is always told with all its reactions.
CREATE TABLE reactions (
    message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
    emoji text NOT NULL CONSTRAINT reactions_emoji_length CHECK (octet_length(emoji) BETWEEN 1 AND 64),
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (message_id, emoji, user_id)
);

-- Members whom a message names, as they were when it was posted or last edited.
CREATE TABLE mentions (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    room_id uuid NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (user_id, room_id, seq),
    CONSTRAINT mentions_message FOREIGN KEY (room_id, seq) REFERENCES messages (room_id, seq)
        ON DELETE CASCADE
);
CREATE INDEX mentions_message ON mentions (room_id, seq);

-- How far somebody has read a room. Without a row: up to where they joined.
CREATE TABLE read_positions (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    room_id uuid NOT NULL REFERENCES rooms ON DELETE CASCADE,
    -- Everything up to this place. It only grows.
    seq bigint NOT NULL,
    -- What they have marked as unread begins here.
    unread_from bigint,
    PRIMARY KEY (user_id, room_id)
) WITH (fillfactor = 50);

-- What somebody keeps to themselves.
ALTER TABLE users
    -- Whether others see that they are here.
    ADD COLUMN invisible boolean NOT NULL DEFAULT false,
    -- Whether others see how far they have read; who does not show it does not see it either.
    ADD COLUMN hides_reading boolean NOT NULL DEFAULT false;

-- As before, and with answers and mentions: `replies` holds a place or null for each item,
-- `mentions` the handles that it names, in lower case and parted by blanks. An answer to what its
-- sender cannot see is refused as `message_unknown`.
DROP FUNCTION post_messages(uuid[], uuid[], uuid[], uuid[], text[], boolean);
CREATE FUNCTION post_messages(
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
