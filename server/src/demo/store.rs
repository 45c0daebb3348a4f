//! All SQL of a demo: much at once, since nobody is there yet who would wait for a lock.

use sqlx::{PgConnection, query, query_scalar};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{
    cases::Case,
    people::Person,
    talk::{Message, Room},
};
use crate::error::Error;

/// How many rows of people or journeys go into one statement.
const AT_ONCE: usize = 2_000;

/// The Julian day of 1970-01-01.
const EPOCH: i64 = 2_440_588;

const BROKEN: Error = Error::Row { table: "demo" };

fn moment(at: i64) -> Result<OffsetDateTime, Error> {
    OffsetDateTime::from_unix_timestamp(at.div_euclid(1000)).map_err(|_| BROKEN)
}

fn date(days: i64) -> Result<Date, Error> {
    let julian = i32::try_from(days + EPOCH).map_err(|_| BROKEN)?;
    Date::from_julian_day(julian).map_err(|_| BROKEN)
}

fn moments(at: impl Iterator<Item = i64>) -> Result<Vec<OffsetDateTime>, Error> {
    at.map(moment).collect()
}

/// Whether there is, or ever was, anybody.
pub(super) async fn has_people(db: &mut PgConnection) -> Result<bool, Error> {
    let there = query_scalar!(r#"SELECT EXISTS (SELECT FROM users) AS "there!""#)
        .fetch_one(db)
        .await?;
    Ok(there)
}

/// Until the end of the transaction nobody signs up, and nothing in it is too slow.
pub(super) async fn close_doors(db: &mut PgConnection) -> Result<(), Error> {
    query!(
        "SELECT set_config('statement_timeout', '0', true) AS statement,
                set_config('idle_in_transaction_session_timeout', '0', true) AS idle"
    )
    .fetch_one(&mut *db)
    .await?;
    query!("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE")
        .execute(db)
        .await?;
    Ok(())
}

/// Nobody can sign in to them: there is no password, and no address that anybody has.
pub(super) async fn insert_people(db: &mut PgConnection, people: &[Person]) -> Result<(), Error> {
    for people in people.chunks(AT_ONCE) {
        let ids: Vec<Uuid> = people.iter().map(|person| person.id).collect();
        let handles: Vec<String> = people.iter().map(|person| person.handle.clone()).collect();
        let emails: Vec<String> = people.iter().map(Person::email).collect();
        let created = moments(people.iter().map(|person| person.created_at))?;
        query!(
            "INSERT INTO users (id, handle, email, created_at)
             SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[])",
            &ids,
            &handles,
            &emails,
            &created,
        )
        .execute(&mut *db)
        .await?;
        let texts = |of: fn(&Person) -> &str| -> Vec<String> {
            people.iter().map(|person| of(person).to_owned()).collect()
        };
        let languages: Vec<String> = people
            .iter()
            .map(|person| person.languages.join(" "))
            .collect();
        query!(
            "INSERT INTO profiles (user_id, name, bio, languages, country, name_seen, bio_seen, languages_seen,
                                   country_seen, changed_at)
             SELECT id, name, bio, string_to_array(languages, ' '), country, seen, seen, seen, seen, changed_at
             FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                         $7::timestamptz[])
                 AS made (id, name, bio, languages, country, seen, changed_at)",
            &ids,
            &texts(|person| person.name),
            &texts(|person| person.bio),
            &languages,
            &texts(|person| person.country),
            &texts(|person| person.seen),
            &created,
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// From now on somebody can sign in to this account.
pub(super) async fn open(db: &mut PgConnection, user: Uuid, hash: &str) -> Result<(), Error> {
    query!(
        "UPDATE users SET password_hash = $2, email_verified_at = created_at WHERE id = $1",
        user,
        hash,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A room with its members, and what they have said. All have read all but its last member, the visitor, to whom
/// the last two messages are new.
pub(super) async fn insert_room(db: &mut PgConnection, room: &Room) -> Result<(), Error> {
    let (owner, created_at) = (
        room.members.first().ok_or(BROKEN)?,
        moment(room.created_at)?,
    );
    let last = room.messages.last().map_or(1, |message| message.seq);
    query!(
        "INSERT INTO rooms (id, kind, name, topic, description, version, created_by, created_at)
         VALUES ($1, 'public', $2, $3, $4, 1, $5, $6)",
        room.id,
        room.name,
        room.topic,
        room.description,
        owner,
        created_at,
    )
    .execute(&mut *db)
    .await?;
    // Journeys of this kind lead here.
    query!(
        "INSERT INTO cohort_rooms (template, room_id) SELECT $1, $2::uuid WHERE $1::text IS NOT NULL",
        room.template.as_deref(),
        room.id,
    )
    .execute(&mut *db)
    .await?;
    query!(
        "INSERT INTO room_heads (room_id, last_seq, last_message_no) VALUES ($1, $2::bigint, $2::bigint - 1)",
        room.id,
        last,
    )
    .execute(&mut *db)
    .await?;
    query!(
        "WITH added AS (
             INSERT INTO members (room_id, user_id, role, version, joined_at)
             SELECT $1, user_id, CASE place WHEN 1 THEN 'owner' WHEN 2 THEN 'moderator' ELSE 'member' END, 1,
                    greatest(users.created_at, $3::timestamptz)
             FROM unnest($2::uuid[]) WITH ORDINALITY AS member (user_id, place)
                  JOIN users ON users.id = user_id
         ), intervals AS (
             INSERT INTO member_intervals (room_id, user_id, joined_seq)
             SELECT $1, user_id, 1 FROM unnest($2::uuid[]) AS member (user_id)
         )
         INSERT INTO read_positions (user_id, room_id, seq)
         SELECT user_id, $1, CASE WHEN place < cardinality($2::uuid[]) THEN $4::bigint ELSE $4::bigint - 2 END
         FROM unnest($2::uuid[]) WITH ORDINALITY AS member (user_id, place)",
        room.id,
        &room.members,
        created_at,
        last,
    )
    .execute(&mut *db)
    .await?;
    query!(
        "INSERT INTO messages (id, room_id, seq, version, kind, sender_id, body, created_at)
         VALUES ($1, $2, 1, 1, 'created', $3, '', $4)",
        Uuid::now_v7(),
        room.id,
        owner,
        created_at,
    )
    .execute(&mut *db)
    .await?;
    insert_messages(db, room.id, &room.messages).await
}

async fn insert_messages(
    db: &mut PgConnection,
    room: Uuid,
    messages: &[Message],
) -> Result<(), Error> {
    let ids: Vec<Uuid> = messages.iter().map(|message| message.id).collect();
    let clients: Vec<Uuid> = messages.iter().map(|message| message.client_id).collect();
    let senders: Vec<Uuid> = messages.iter().map(|message| message.sender).collect();
    let bodies: Vec<String> = messages
        .iter()
        .map(|message| message.body.clone())
        .collect();
    let seqs: Vec<i64> = messages.iter().map(|message| message.seq).collect();
    let replies: Vec<Option<i64>> = messages.iter().map(|message| message.reply_to).collect();
    let counts = messages
        .iter()
        .map(|message| i32::try_from(message.reactions.len()));
    let counts = counts.collect::<Result<Vec<_>, _>>().map_err(|_| BROKEN)?;
    query!(
        "INSERT INTO messages (id, room_id, seq, version, message_no, kind, sender_id, client_id, body, reply_to,
                               reactions, created_at)
         SELECT id, $1, seq, seq, seq - 1, 'text', sender_id, client_id, body, reply_to, reactions, created_at
         FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[], $7::bigint[], $8::integer[],
                     $9::timestamptz[])
             AS said (id, client_id, sender_id, body, seq, reply_to, reactions, created_at)",
        room,
        &ids,
        &clients,
        &senders,
        &bodies,
        &seqs,
        &replies as &[Option<i64>],
        &counts,
        &moments(messages.iter().map(|message| message.at))?,
    )
    .execute(&mut *db)
    .await?;
    for message in messages {
        let (emoji, users): (Vec<String>, Vec<Uuid>) = message.reactions.iter().cloned().unzip();
        let mentions: Vec<Uuid> = message.mentions.iter().copied().collect();
        query!(
            "WITH reacted AS (
                 INSERT INTO reactions (message_id, emoji, user_id, created_at)
                 SELECT $1, emoji, user_id, $4::timestamptz + place * interval '1 minute'
                 FROM unnest($2::text[], $3::uuid[]) WITH ORDINALITY AS said (emoji, user_id, place)
             )
             INSERT INTO mentions (user_id, room_id, seq)
             SELECT user_id, $5, $6 FROM unnest($7::uuid[]) AS named (user_id)",
            message.id,
            &emoji,
            &users,
            moment(message.at)?,
            room,
            message.seq,
            &mentions,
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Journeys of templates that are known, in the versions that are named with them.
pub(super) async fn insert_cases(
    db: &mut PgConnection,
    cases: &[Case],
    version: impl Fn(&str) -> i32,
) -> Result<(), Error> {
    for cases in cases.chunks(AT_ONCE) {
        insert_journeys(db, cases, &version).await?;
        insert_stays(db, cases).await?;
        insert_events(db, cases).await?;
    }
    Ok(())
}

async fn insert_journeys(
    db: &mut PgConnection,
    cases: &[Case],
    version: impl Fn(&str) -> i32,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = cases.iter().map(|case| case.id).collect();
    let owners: Vec<Uuid> = cases.iter().map(|case| case.owner).collect();
    let texts = |of: fn(&Case) -> &str| -> Vec<String> {
        cases.iter().map(|case| of(case).to_owned()).collect()
    };
    let versions: Vec<i32> = cases.iter().map(|case| version(case.template)).collect();
    let rooms: Vec<Option<Uuid>> = cases.iter().map(|case| case.room).collect();
    let counted: Vec<bool> = cases.iter().map(|case| case.counted).collect();
    let outcomes = cases
        .iter()
        .map(|case| case.outcome.map(|(how, _)| how.to_owned()));
    let outcomes: Vec<Option<String>> = outcomes.collect();
    let ended = cases
        .iter()
        .map(|case| case.outcome.map(|(_, on)| date(on)).transpose());
    let ended = ended.collect::<Result<Vec<_>, _>>()?;
    let parents: Vec<Option<Uuid>> = cases.iter().map(|case| case.parent).collect();
    query!(
        "INSERT INTO journeys (id, owner_id, template, template_version, visibility, room_id, counted, blur,
                               outcome, ended_on, parent_id, last_confirmed_at, created_at)
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[], $5::text[], $6::uuid[],
                              $7::boolean[], $8::text[], $9::text[], $10::date[], $11::uuid[],
                              $12::timestamptz[], $13::timestamptz[])",
        &ids,
        &owners,
        &texts(|case| case.template),
        &versions,
        &texts(|case| case.visibility),
        &rooms as &[Option<Uuid>],
        &counted,
        &texts(|case| case.blur),
        &outcomes as &[Option<String>],
        &ended as &[Option<Date>],
        &parents as &[Option<Uuid>],
        &moments(cases.iter().map(|case| case.confirmed_at))?,
        &moments(cases.iter().map(|case| case.created_at))?,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn insert_stays(db: &mut PgConnection, cases: &[Case]) -> Result<(), Error> {
    let stays = || {
        cases
            .iter()
            .flat_map(|case| case.stays.iter().map(|stay| (case.id, stay)))
    };
    let journeys: Vec<Uuid> = stays().map(|(journey, _)| journey).collect();
    let offices: Vec<String> = stays().map(|(_, stay)| stay.office.to_owned()).collect();
    let stages: Vec<String> = stays().map(|(_, stay)| stay.from.to_owned()).collect();
    query!(
        "INSERT INTO journey_offices (journey_id, office, from_stage, recorded_at)
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[])",
        &journeys,
        &offices,
        &stages,
        &moments(stays().map(|(_, stay)| stay.recorded_at))?,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn insert_events(db: &mut PgConnection, cases: &[Case]) -> Result<(), Error> {
    let events = || {
        cases
            .iter()
            .flat_map(|case| case.events.iter().map(|event| (case.id, event)))
    };
    let ids: Vec<Uuid> = events().map(|(_, event)| event.id).collect();
    let journeys: Vec<Uuid> = events().map(|(journey, _)| journey).collect();
    let stages: Vec<String> = events().map(|(_, event)| event.stage.to_owned()).collect();
    let statuses: Vec<String> = events().map(|(_, event)| event.status.to_owned()).collect();
    let days = events().map(|(_, event)| date(event.on));
    let days = days.collect::<Result<Vec<_>, _>>()?;
    let precisions = events().map(|(_, event)| event.precision.to_owned());
    let precisions: Vec<String> = precisions.collect();
    query!(
        "INSERT INTO stage_events (id, journey_id, stage, status, on_date, precision, recorded_at)
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::date[], $6::text[],
                              $7::timestamptz[])",
        &ids,
        &journeys,
        &stages,
        &statuses,
        &days,
        &precisions,
        &moments(events().map(|(_, event)| event.recorded_at))?,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// So that what comes next is planned for as much as there is now.
pub(super) async fn analyze(db: &mut PgConnection) -> Result<(), Error> {
    query!("ANALYZE").execute(db).await?;
    Ok(())
}
