-- What delivery stands on: posting in batches, changing what was posted, and telling every node who
-- may still listen.

ALTER TABLE messages
    ADD COLUMN edited_at timestamptz,
    -- Taken back: the row keeps its place, and its words are gone.
    ADD COLUMN deleted_at timestamptz,
    ADD CONSTRAINT messages_deleted_empty CHECK (deleted_at IS NULL OR body = ''),
    DROP CONSTRAINT messages_kind,
    ADD CONSTRAINT messages_kind CHECK (kind IN ('text', 'created', 'joined', 'left', 'removed'));

-- Moves when somebody's memberships or sessions change, so that every node can ask with one query
-- whose standing it has to look at again. Nobody's row is there before their first change. Locked
-- after room_heads, never before.
CREATE TABLE user_heads (
    user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    version bigint NOT NULL
) WITH (fillfactor = 50);

-- The cluster in which the sequence numbers were given. A restored backup runs in another cluster,
-- or on another timeline of the same one.
ALTER TABLE installation
    ADD COLUMN system_identifier bigint,
    ADD COLUMN timeline integer;

-- Posts a batch and answers for each item, in order: `posted` or `duplicate` with its place,
-- `skipped` when another transaction holds the room and the caller is not patient, or why it is
-- refused. An item is refused alone; an error means that nothing was posted.
--
-- One call is one transaction without a round trip under a lock. First the locks, then the look for
-- what is known: each statement here sees what was committed before it began, so whoever comes
-- second sees what the first has done. That needs READ COMMITTED. A batch names a client's id once.
CREATE FUNCTION post_messages(
    room_ids uuid[],
    sender_ids uuid[],
    client_ids uuid[],
    message_ids uuid[],
    bodies text[],
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
               head.last_seq, head.last_message_no,
               known.id AS known_id, known.seq AS known_seq, known.created_at AS known_at,
               CASE
                   WHEN head.room_id IS NULL AND EXISTS (
                       SELECT FROM room_heads WHERE room_id = item.room_id) THEN 'skipped'
                   -- What is stored is acknowledged, also to somebody who has left since. Once its
                   -- words were changed or taken back, nobody can tell any more what they were.
                   WHEN known.body <> item.body AND known.edited_at IS NULL
                       AND known.deleted_at IS NULL THEN 'id_reused'
                   WHEN known.id IS NOT NULL THEN 'duplicate'
                   WHEN member.user_id IS NOT NULL THEN 'posted'
                   WHEN rooms.kind = 'public' THEN 'not_member'
                   ELSE 'room_unknown'
               END AS outcome
        FROM unnest(room_ids, sender_ids, client_ids, message_ids, bodies) WITH ORDINALITY
                 AS item (room_id, sender_id, client_id, id, body, ord)
             LEFT JOIN room_heads head
                 ON head.room_id = item.room_id AND head.room_id = ANY (locked)
             LEFT JOIN rooms ON rooms.id = item.room_id
             LEFT JOIN members member
                 ON member.room_id = item.room_id AND member.user_id = item.sender_id
             LEFT JOIN messages known
                 ON known.room_id = item.room_id AND known.sender_id = item.sender_id
                     AND known.client_id = item.client_id
    ), added AS MATERIALIZED (
        SELECT judged.ord, room_id, sender_id, client_id, id, body, last_seq, last_message_no,
               row_number() OVER (PARTITION BY room_id ORDER BY judged.ord) AS step
        FROM judged WHERE judged.outcome = 'posted'
    ), inserted AS (
        INSERT INTO messages
            (id, room_id, seq, version, message_no, kind, sender_id, client_id, body)
        SELECT id, room_id, last_seq + step, last_seq + step, last_message_no + step, 'text',
               sender_id, client_id, body
        FROM added
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
