-- The bug: numbers come from a sequence, as those of a BIGSERIAL column do, before anything is
-- locked. A higher number can be committed, and seen, before a lower one.
DO $$
DECLARE
    head record;
BEGIN
    FOR head IN SELECT room_id, last_seq FROM room_heads LOOP
        EXECUTE format('CREATE SEQUENCE %I START %s',
                       'planted_' || head.room_id, head.last_seq + 1);
    END LOOP;
END $$;

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
    numbers bigint[];
    known record;
BEGIN
    FOR item IN 1 .. cardinality(room_ids) LOOP
        numbers[item] := nextval(format('%I', 'planted_' || room_ids[item]));
    END LOOP;
    -- As long as a busy server takes between a number and its commit, and now and then a slow disk.
    PERFORM pg_sleep(CASE WHEN random() < 0.05 THEN 0.2 ELSE random() * 0.02 END);
    FOR item IN 1 .. cardinality(room_ids) LOOP
        ord := item;
        sent_at := now();
        SELECT messages.id, messages.seq INTO known FROM messages
        WHERE room_id = room_ids[item] AND sender_id = sender_ids[item]
            AND client_id = client_ids[item];
        IF FOUND THEN
            outcome := 'duplicate';
            seq := known.seq;
            message_id := known.id;
        ELSE
            outcome := 'posted';
            seq := numbers[item];
            message_id := message_ids[item];
            INSERT INTO messages
                (id, room_id, seq, version, message_no, kind, sender_id, client_id, body)
            VALUES (message_ids[item], room_ids[item], numbers[item], numbers[item],
                    numbers[item], 'text', sender_ids[item], client_ids[item], bodies[item]);
        END IF;
        RETURN NEXT;
    END LOOP;
    UPDATE room_heads
    SET last_seq = greatest(room_heads.last_seq, most.number)
    FROM (SELECT room, max(number) AS number FROM unnest(room_ids, numbers) AS one (room, number)
          GROUP BY room) most
    WHERE room_heads.room_id = most.room;
END $$;
