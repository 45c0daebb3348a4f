-- Pictures, videos and files: what people send in, what is kept of it, and which messages show it.

-- One row from the first byte to the last. Its bytes are a file of the staging folder while it comes in,
-- and objects of the store from then on. It is `doomed` when nothing shows it any more, and goes once its
-- objects have gone: so a crash in between leaves nothing behind that nobody knows of.
CREATE TABLE media (
    id uuid PRIMARY KEY,
    -- Whose it is; nobody's once it is doomed.
    user_id uuid REFERENCES users ON DELETE SET NULL,
    state text NOT NULL DEFAULT 'receiving'
        CONSTRAINT media_state CHECK (state IN ('receiving', 'finished', 'doomed')),
    -- How many bytes are to come in. How many have is told by the staging file alone.
    length bigint NOT NULL CONSTRAINT media_length CHECK (length > 0),
    name text NOT NULL CONSTRAINT media_name_length CHECK (char_length(name) <= 120),
    -- What it shows, in words of who sends it, for those who cannot see it.
    alt text NOT NULL DEFAULT '' CONSTRAINT media_alt_length CHECK (char_length(alt) <= 1000),
    -- A still of this video, which its sender's browser has made. It becomes part of the video.
    poster_of uuid REFERENCES media ON DELETE CASCADE,
    kind text CONSTRAINT media_kind CHECK (kind IN ('image', 'video', 'file')),
    -- What its objects are served as.
    mime text NOT NULL DEFAULT '',
    -- In pixels, as it is shown.
    width integer CONSTRAINT media_width CHECK (width > 0),
    height integer CONSTRAINT media_height CHECK (height > 0),
    -- In milliseconds.
    duration bigint CONSTRAINT media_duration CHECK (duration >= 0),
    -- A picture of a few pixels, as a data URL.
    placeholder text NOT NULL DEFAULT '',
    has_poster boolean NOT NULL DEFAULT false,
    -- In bytes: what is looked at, and all that is kept.
    size bigint NOT NULL DEFAULT 0,
    stored bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- What has not come in by then, or was never shown, is doomed. What a message shows does not expire.
    expires_at timestamptz NOT NULL,
    CONSTRAINT media_finished CHECK (state <> 'finished' OR kind IS NOT NULL),
    -- Nothing of it is anybody's.
    CONSTRAINT media_doomed CHECK (
        state <> 'doomed' OR (user_id IS NULL AND name = '' AND alt = '' AND placeholder = ''))
);
CREATE INDEX media_user ON media (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX media_poster ON media (poster_of) WHERE poster_of IS NOT NULL;
CREATE INDEX media_expiry ON media (expires_at) WHERE state <> 'doomed';
CREATE INDEX media_doomed ON media (id) WHERE state = 'doomed';

-- What a message shows, in this order. The same may be shown by several.
CREATE TABLE message_media (
    message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
    place smallint NOT NULL,
    media_id uuid NOT NULL REFERENCES media,
    PRIMARY KEY (message_id, place),
    CONSTRAINT message_media_once UNIQUE (message_id, media_id)
);
CREATE INDEX message_media_media ON message_media (media_id);

ALTER TABLE messages
    -- How many it shows. Most messages never need the table.
    ADD COLUMN media smallint NOT NULL DEFAULT 0
        CONSTRAINT messages_media CHECK (media BETWEEN 0 AND 10);

-- What a message has shown that somebody has reported: evidence, as it was then.
CREATE TABLE report_media (
    report_id uuid NOT NULL REFERENCES reports ON DELETE CASCADE,
    place smallint NOT NULL,
    -- Its bytes, which stay as long as the report is open.
    media_id uuid REFERENCES media ON DELETE SET NULL,
    kind text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (report_id, place)
);
CREATE INDEX report_media_media ON report_media (media_id) WHERE media_id IS NOT NULL;

-- Dooms those of these that no message shows. Locks first and looks then: what a post is about to show is
-- locked by it, and has been shown when the lock is there. What an open report is about becomes nobody's, and
-- is doomed when that is resolved.
CREATE FUNCTION is_evidence(medium uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM report_media JOIN reports ON reports.id = report_id
        WHERE media_id = medium AND reports.state = 'open');
END $$;

CREATE FUNCTION doom_media(ids uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM FROM media WHERE id = ANY (ids) ORDER BY id FOR UPDATE;
    UPDATE media
    SET user_id = NULL
    WHERE id = ANY (ids) AND state = 'finished' AND is_evidence(media.id)
        AND NOT EXISTS (SELECT FROM message_media WHERE media_id = media.id);
    UPDATE media
    SET state = 'doomed', user_id = NULL, name = '', alt = '', placeholder = ''
    WHERE id = ANY (ids) AND state <> 'doomed' AND NOT is_evidence(media.id)
        AND NOT EXISTS (SELECT FROM message_media WHERE media_id = media.id);
END $$;

-- As before, and with what a message shows: `media` holds ids for each item, parted by blanks.
DROP FUNCTION post_messages(uuid[], uuid[], uuid[], uuid[], text[], bigint[], text[], boolean);
CREATE FUNCTION post_messages(
    room_ids uuid[],
    sender_ids uuid[],
    client_ids uuid[],
    message_ids uuid[],
    bodies text[],
    replies bigint[],
    mentions text[],
    media text[],
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

    -- What is to be shown stays: whoever tidies up waits, and looks again.
    IF array_to_string(media, '') <> '' THEN
        PERFORM FROM media shown
        WHERE shown.id = ANY (
            string_to_array(array_to_string(array_remove(media, ''), ' '), ' ')::uuid[])
        ORDER BY shown.id FOR NO KEY UPDATE;
    END IF;

    RETURN QUERY
    WITH judged AS MATERIALIZED (
        SELECT item.ord, item.room_id, item.sender_id, item.client_id, item.id, item.body,
               item.reply_to, item.mentions, item.media,
               head.last_seq, head.last_message_no,
               known.id AS known_id, known.seq AS known_seq, known.created_at AS known_at,
               CASE
                   WHEN head.room_id IS NULL AND EXISTS (
                       SELECT FROM room_heads WHERE room_id = item.room_id) THEN 'skipped'
                   -- What is stored is acknowledged, also to somebody who has left since. Once its
                   -- words were changed or taken back, nobody can tell any more what they were.
                   WHEN known.id IS NOT NULL AND known.edited_at IS NULL AND known.deleted_at IS NULL
                       AND (known.body <> item.body OR known.reply_to IS DISTINCT FROM item.reply_to
                           OR ((known.media > 0 OR item.media <> '') AND item.media IS DISTINCT FROM (
                               SELECT string_agg(media_id::text, ' ' ORDER BY place)
                               FROM message_media WHERE message_id = known.id))) THEN 'id_reused'
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
                   -- One shows what one has sent in oneself, and nothing of it is left out.
                   WHEN item.media <> '' AND EXISTS (
                       SELECT FROM unnest(string_to_array(item.media, ' ')::uuid[]) AS wanted (id)
                            LEFT JOIN media shown ON shown.id = wanted.id
                                AND shown.user_id = item.sender_id AND shown.state = 'finished'
                       WHERE shown.id IS NULL) THEN 'media_unknown'
                   ELSE 'posted'
               END AS outcome
        FROM unnest(room_ids, sender_ids, client_ids, message_ids, bodies, replies, mentions,
                    media)
                 WITH ORDINALITY
                 AS item (room_id, sender_id, client_id, id, body, reply_to, mentions, media, ord)
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
               judged.media, last_seq, last_message_no,
               row_number() OVER (PARTITION BY room_id ORDER BY judged.ord) AS step
        FROM judged WHERE judged.outcome = 'posted'
    ), inserted AS (
        INSERT INTO messages
            (id, room_id, seq, version, message_no, kind, sender_id, client_id, body, reply_to,
             media)
        SELECT id, room_id, last_seq + step, last_seq + step, last_message_no + step, 'text',
               sender_id, client_id, body, reply_to,
               coalesce(array_length(string_to_array(nullif(added.media, ''), ' '), 1), 0)
        FROM added
    ), shown AS (
        INSERT INTO message_media (message_id, place, media_id)
        SELECT added.id, wanted.place, wanted.id
        FROM added
             CROSS JOIN LATERAL unnest(string_to_array(added.media, ' ')::uuid[])
                 WITH ORDINALITY AS wanted (id, place)
        WHERE added.media <> ''
    ), kept AS (
        UPDATE media SET expires_at = 'infinity'
        FROM added
        WHERE added.media <> '' AND media.id = ANY (string_to_array(added.media, ' ')::uuid[])
            AND media.expires_at <> 'infinity'
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
