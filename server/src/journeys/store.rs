//! All SQL of journeys.

use app::{
    accounts::User,
    ids::{JourneyId, RoomId, UserId},
    journeys::{Blur, Date, Outcome, Settings, Template, Visibility},
    rooms::{Room, RoomName},
};
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use crate::{accounts, database::milliseconds, error::Error};

const BROKEN: Error = Error::Row { table: "journeys" };

/// The Julian day of 1970-01-01.
const EPOCH: i32 = 2_440_588;

/// A journey as it is kept.
pub(super) struct Stored {
    pub(super) id: JourneyId,
    pub(super) owner: User,
    /// Whether its owner is kept from signing in.
    pub(super) suspended: bool,
    /// Of the version that it began with, without offices.
    pub(super) template: Template,
    pub(super) visibility: Visibility,
    pub(super) room: Option<RoomId>,
    pub(super) counted: bool,
    pub(super) blur: Blur,
    /// How and when it has ended, where no stage says so.
    pub(super) ended: Option<(Outcome, Date)>,
    pub(super) confirmed_on: Date,
    pub(super) parent: Option<JourneyId>,
}

/// Where a case lies from a stage on, in the order in which it was said.
pub(super) struct StoredStay {
    pub(super) journey: JourneyId,
    pub(super) office: String,
    pub(super) from: String,
}

pub(crate) fn date(date: time::Date) -> Result<Date, Error> {
    Date::from_days(date.to_julian_day() - EPOCH).ok_or(BROKEN)
}

pub(crate) fn stored_date(date: Date) -> Result<time::Date, Error> {
    time::Date::from_julian_day(date.days() + EPOCH).map_err(|_| BROKEN)
}

pub(super) fn uuids(ids: &[JourneyId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}

/// Those of these that there are, in any order.
pub(super) async fn find(db: &mut PgConnection, ids: &[JourneyId]) -> Result<Vec<Stored>, Error> {
    let rows = query!(
        r#"SELECT journeys.id, owner_id, handle, definition, visibility, room_id, counted, blur, outcome,
                  ended_on, last_confirmed_at, parent_id,
                  coalesce(suspended_until > now(), false) AS "suspended!"
           FROM journeys JOIN users ON users.id = owner_id
                JOIN journey_templates known ON known.slug = template AND known.version = template_version
           WHERE journeys.id = ANY ($1)"#,
        &uuids(ids),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let ended = match (row.outcome, row.ended_on) {
                (Some(outcome), Some(on)) => {
                    Some((outcome.parse::<Outcome>().map_err(|_| BROKEN)?, date(on)?))
                }
                _ => None,
            };
            Ok(Stored {
                id: JourneyId(row.id),
                owner: accounts::user(row.owner_id, &row.handle)?,
                suspended: row.suspended,
                template: serde_json::from_str(&row.definition).map_err(|_| BROKEN)?,
                visibility: row.visibility.parse().map_err(|_| BROKEN)?,
                room: row.room_id.map(RoomId),
                counted: row.counted,
                blur: row.blur.parse().map_err(|_| BROKEN)?,
                ended,
                confirmed_on: Date::of(milliseconds(row.last_confirmed_at)).ok_or(BROKEN)?,
                parent: row.parent_id.map(JourneyId),
            })
        })
        .collect()
}

/// Somebody's, the newest first.
pub(super) async fn of(db: &mut PgConnection, owner: UserId) -> Result<Vec<JourneyId>, Error> {
    let ids = query_scalar!(
        "SELECT id FROM journeys WHERE owner_id = $1 ORDER BY created_at DESC, id",
        owner.0,
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(JourneyId).collect())
}

/// Whether anybody but its owner sees anything of it.
pub(super) async fn is_shown(db: &mut PgConnection, journey: JourneyId) -> Result<bool, Error> {
    let shown = query_scalar!(
        r#"SELECT visibility <> 'private'
                  OR EXISTS (SELECT FROM stage_badges WHERE journey_id = journeys.id) AS "shown!"
           FROM journeys WHERE id = $1"#,
        journey.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(shown == Some(true))
}

/// In the order in which they were said.
pub(super) async fn stays(
    db: &mut PgConnection,
    ids: &[JourneyId],
) -> Result<Vec<StoredStay>, Error> {
    let rows = query!(
        "SELECT journey_id, office, from_stage FROM journey_offices
         WHERE journey_id = ANY ($1) ORDER BY number",
        &uuids(ids),
    )
    .fetch_all(db)
    .await?;
    let stays = rows.into_iter().map(|row| StoredStay {
        journey: JourneyId(row.journey_id),
        office: row.office,
        from: row.from_stage,
    });
    Ok(stays.collect())
}

/// The rooms that somebody is in and that have a name, by it.
pub(super) async fn rooms(db: &mut PgConnection, user: UserId) -> Result<Vec<Room>, Error> {
    let rows = query!(
        "SELECT rooms.id, name, kind FROM members JOIN rooms ON rooms.id = room_id
         WHERE user_id = $1 AND kind <> 'direct' ORDER BY lower(name), rooms.id",
        user.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let broken = |_| Error::Row { table: "rooms" };
            Ok(Room {
                id: RoomId(row.id),
                name: RoomName::parse(&row.name).map_err(broken)?,
                kind: row.kind.parse().map_err(broken)?,
            })
        })
        .collect()
}

/// Waits for whoever else begins a journey of theirs or changes the account. False when it is gone.
pub(super) async fn lock_owner(db: &mut PgConnection, owner: UserId) -> Result<bool, Error> {
    let there = query_scalar!(
        "SELECT id FROM users WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE",
        owner.0
    )
    .fetch_optional(db)
    .await?;
    Ok(there.is_some())
}

pub(super) async fn lock(db: &mut PgConnection, journey: JourneyId) -> Result<(), Error> {
    query_scalar!(
        "SELECT id FROM journeys WHERE id = $1 FOR NO KEY UPDATE",
        journey.0
    )
    .fetch_optional(db)
    .await?;
    Ok(())
}

/// Writes a template down as it is in this version, unless it is known.
pub(crate) async fn keep_template(db: &mut PgConnection, template: &Template) -> Result<(), Error> {
    let lasting = Template {
        offices: Vec::new(),
        ..template.clone()
    };
    query!(
        "INSERT INTO journey_templates (slug, version, definition) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING",
        template.slug,
        version(template)?,
        serde_json::to_string(&lasting).map_err(|_| BROKEN)?,
    )
    .execute(db)
    .await?;
    Ok(())
}

fn version(template: &Template) -> Result<i32, Error> {
    i32::try_from(template.version).map_err(|_| BROKEN)
}

pub(super) async fn insert(
    db: &mut PgConnection,
    journey: JourneyId,
    owner: UserId,
    template: &Template,
    visibility: Visibility,
    counted: bool,
) -> Result<(), Error> {
    query!(
        "INSERT INTO journeys (id, owner_id, template, template_version, visibility, counted)
         VALUES ($1, $2, $3, $4, $5, $6)",
        journey.0,
        owner.0,
        template.slug,
        version(template)?,
        visibility.as_str(),
        counted,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn insert_stay(
    db: &mut PgConnection,
    journey: JourneyId,
    office: &str,
    from: &str,
) -> Result<(), Error> {
    query!(
        "INSERT INTO journey_offices (journey_id, office, from_stage) VALUES ($1, $2, $3)",
        journey.0,
        office,
        from,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn confirm(db: &mut PgConnection, journey: JourneyId) -> Result<(), Error> {
    query!(
        "UPDATE journeys SET last_confirmed_at = now() WHERE id = $1",
        journey.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// `Pending`: as its stages say.
pub(super) async fn end(
    db: &mut PgConnection,
    journey: JourneyId,
    outcome: Outcome,
    on: Date,
) -> Result<(), Error> {
    let ended = (outcome != Outcome::Pending).then(|| outcome.as_str());
    let on = ended.map(|_| stored_date(on)).transpose()?;
    query!(
        "UPDATE journeys SET outcome = $2, ended_on = $3 WHERE id = $1",
        journey.0,
        ended,
        on,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn update(
    db: &mut PgConnection,
    journey: JourneyId,
    settings: Settings,
) -> Result<(), Error> {
    query!(
        "UPDATE journeys
         SET visibility = $2, room_id = $3, counted = $4, blur = $5, parent_id = $6
         WHERE id = $1",
        journey.0,
        settings.visibility.as_str(),
        settings.room.map(|room| room.0),
        settings.counted,
        settings.blur.as_str(),
        settings.parent.map(|parent| parent.0),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether a journey is another one, or follows it, however many lie between them.
pub(super) async fn follows(
    db: &mut PgConnection,
    journey: JourneyId,
    other: JourneyId,
) -> Result<bool, Error> {
    let follows = query_scalar!(
        r#"WITH RECURSIVE way (id) AS (
               SELECT $1::uuid
               UNION SELECT parent_id FROM journeys JOIN way ON way.id = journeys.id
               WHERE parent_id IS NOT NULL)
           SELECT EXISTS (SELECT FROM way WHERE id = $2) AS "follows!""#,
        journey.0,
        other.0,
    )
    .fetch_one(db)
    .await?;
    Ok(follows)
}

/// With all that was said of it.
pub(super) async fn delete(db: &mut PgConnection, journey: JourneyId) -> Result<(), Error> {
    query!("DELETE FROM journeys WHERE id = $1", journey.0)
        .execute(db)
        .await?;
    Ok(())
}
