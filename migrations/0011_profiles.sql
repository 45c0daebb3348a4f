-- Profiles: what people tell of themselves, and to whom they tell it.

-- Who has told nothing has no row. What is told is told, unless its owner says otherwise, to those who
-- share a room with them.
CREATE TABLE profiles (
    user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    name text NOT NULL DEFAULT '' CONSTRAINT profiles_name_length CHECK (char_length(name) <= 50),
    -- Markdown, as it was written.
    bio text NOT NULL DEFAULT '' CONSTRAINT profiles_bio_length CHECK (char_length(bio) <= 1000),
    -- By their tags (BCP 47): two letters, or three where there are no two.
    languages text[] NOT NULL DEFAULT '{}'
        CONSTRAINT profiles_languages CHECK (cardinality(languages) <= 10),
    -- ISO 3166-1; empty: it is not told.
    country text NOT NULL DEFAULT '' CONSTRAINT profiles_country CHECK (country ~ '^([A-Z]{2})?$'),
    links text[] NOT NULL DEFAULT '{}' CONSTRAINT profiles_links CHECK (cardinality(links) <= 5),
    -- One that they have sent in themselves. As long as it stands here, it stays.
    picture_id uuid REFERENCES media,
    -- Who sees each: everyone, members (who is signed in), shared (who shares a room), nobody.
    name_seen text NOT NULL DEFAULT 'shared',
    bio_seen text NOT NULL DEFAULT 'shared',
    languages_seen text NOT NULL DEFAULT 'shared',
    country_seen text NOT NULL DEFAULT 'shared',
    links_seen text NOT NULL DEFAULT 'shared',
    picture_seen text NOT NULL DEFAULT 'shared',
    -- It moves with every change, which is how all nodes hear of one.
    version bigint NOT NULL DEFAULT 1,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- The version with which it was last seen otherwise how they look.
    picture_version bigint NOT NULL DEFAULT 0,
    picture_changed_at timestamptz NOT NULL DEFAULT '-infinity',
    CONSTRAINT profiles_seen CHECK (
        ARRAY[name_seen, bio_seen, languages_seen, country_seen, links_seen, picture_seen]
        <@ ARRAY['everyone', 'members', 'shared', 'nobody'])
);
CREATE INDEX profiles_changed ON profiles (changed_at);
CREATE INDEX profiles_picture ON profiles (picture_id) WHERE picture_id IS NOT NULL;

-- As before, and what a profile shows stays too, as whose it is. Whoever is about to show it there locks it as
-- a post does.
CREATE OR REPLACE FUNCTION doom_media(ids uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM FROM media WHERE id = ANY (ids) ORDER BY id FOR UPDATE;
    UPDATE media
    SET user_id = NULL
    WHERE id = ANY (ids) AND state = 'finished' AND is_evidence(media.id)
        AND NOT EXISTS (SELECT FROM message_media WHERE media_id = media.id)
        AND NOT EXISTS (SELECT FROM profiles WHERE picture_id = media.id);
    UPDATE media
    SET state = 'doomed', user_id = NULL, name = '', alt = '', placeholder = ''
    WHERE id = ANY (ids) AND state <> 'doomed' AND NOT is_evidence(media.id)
        AND NOT EXISTS (SELECT FROM message_media WHERE media_id = media.id)
        AND NOT EXISTS (SELECT FROM profiles WHERE picture_id = media.id);
END $$;
