//! All SQL of reports.

use app::{
    accounts::User,
    ids::{RoomId, UserId},
    media::Attachment,
    reports::{Category, Note},
};
use serde::Serialize;
use sqlx::{PgConnection, PgPool, query, query_as, query_scalar};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Evidence;
use crate::{accounts, database::milliseconds, error::Error, media};

/// Whether somebody has reported this for the same reason, and it is not resolved.
pub(super) async fn is_known(
    db: &mut PgConnection,
    reporter: UserId,
    subject: Uuid,
    category: Category,
) -> Result<bool, Error> {
    let known = query_scalar!(
        r#"SELECT EXISTS (SELECT FROM reports
               WHERE reporter_id = $1 AND subject_id = $2 AND category = $3 AND state = 'open')
               AS "known!""#,
        reporter.0,
        subject,
        category.as_str(),
    )
    .fetch_one(db)
    .await?;
    Ok(known)
}

/// Keeps a report, unless the same was kept at the same moment.
pub(super) async fn insert(
    db: &mut PgConnection,
    reporter: &User,
    evidence: &Evidence,
    category: Category,
    note: &Note,
) -> Result<(), Error> {
    let about = evidence.about.as_ref();
    let said = evidence.said.as_ref();
    let id = Uuid::now_v7();
    let made = query!(
        "INSERT INTO reports (id, kind, subject_id, category, note, reporter_id, reporter_handle,
             room_id, room_name, user_id, user_handle, place, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (reporter_id, subject_id, category) WHERE state = 'open' DO NOTHING",
        id,
        evidence.kind,
        evidence.subject,
        category.as_str(),
        note.as_str(),
        reporter.id.0,
        reporter.handle.as_str(),
        evidence.room.0,
        evidence.room_name,
        about.map(|about| about.id.0),
        about.map(|about| about.handle.as_str()),
        said.map(|(place, _)| *place),
        said.map(|(_, body)| body.as_str()),
    )
    .execute(&mut *db)
    .await?;
    if made.rows_affected() > 0 && !evidence.media.is_empty() {
        insert_media(db, id, &evidence.media).await?;
    }
    Ok(())
}

/// What a message has shown. Its bytes are kept from now on, if they are still there.
async fn insert_media(
    db: &mut PgConnection,
    report: Uuid,
    media: &[Attachment],
) -> Result<(), Error> {
    let ids: Vec<_> = media.iter().map(|shown| shown.id.0).collect();
    let kinds: Vec<_> = media
        .iter()
        .map(|shown| shown.kind.as_str().to_owned())
        .collect();
    let names: Vec<_> = media.iter().map(|shown| shown.name.clone()).collect();
    query!(
        "INSERT INTO report_media (report_id, place, media_id, kind, name)
         SELECT $1, shown.place, media.id, shown.kind, shown.name
         FROM unnest($2::uuid[], $3::text[], $4::text[]) WITH ORDINALITY
                  AS shown (id, kind, name, place)
              LEFT JOIN media ON media.id = shown.id",
        report,
        &ids,
        &kinds,
        &names,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Somebody who is a member of a room, or of whom something stands in it at a place from `visible_from`
/// on.
pub(super) async fn person(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
    visible_from: i64,
) -> Result<Option<User>, Error> {
    let row = query!(
        "SELECT id, handle FROM users
         WHERE id = $2 AND (
             EXISTS (SELECT FROM members WHERE room_id = $1 AND user_id = $2)
             OR EXISTS (SELECT FROM messages
                        WHERE room_id = $1 AND sender_id = $2 AND seq >= $3))",
        room.0,
        user.0,
        visible_from,
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| accounts::user(row.id, &row.handle))
        .transpose()
}

/// A report as those who run the installation see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    pub id: Uuid,
    /// `open` or `resolved`.
    pub state: String,
    /// `message`, `person` or `room`.
    pub kind: String,
    pub category: String,
    pub note: String,
    /// Handles, the room's name and the words, as they were when it was made.
    pub reporter: String,
    pub room_name: String,
    pub person: Option<String>,
    pub body: Option<String>,
    /// What the message has shown.
    pub media: Vec<Shown>,
    /// Where it is, as long as it is there.
    pub room: Option<Uuid>,
    pub place: Option<i64>,
    /// The handle that the person has now; none when the account is gone, or the report is about none.
    pub person_now: Option<String>,
    /// Whether the person is suspended now, until when if that is for some days, and why.
    pub suspended: bool,
    pub suspended_until: Option<i64>,
    pub suspended_because: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
    pub resolved_at: Option<i64>,
}

/// A picture, a video or a file that a message has shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Where its bytes are, in the store below `media`; they go once the report is resolved.
    pub id: Option<Uuid>,
    pub kind: String,
    pub name: String,
}

/// The columns that a report is read from.
struct Row {
    id: Uuid,
    state: String,
    kind: String,
    category: String,
    note: String,
    reporter: String,
    room_name: String,
    person: Option<String>,
    body: Option<String>,
    room: Option<Uuid>,
    place: Option<i64>,
    person_now: Option<String>,
    suspended: bool,
    suspended_until: Option<OffsetDateTime>,
    suspended_because: String,
    created_at: OffsetDateTime,
    resolved_at: Option<OffsetDateTime>,
}

impl From<Row> for Report {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            state: row.state,
            kind: row.kind,
            category: row.category,
            note: row.note,
            reporter: row.reporter,
            room_name: row.room_name,
            person: row.person,
            body: row.body,
            media: Vec::new(),
            room: row.room,
            place: row.place,
            person_now: row.person_now,
            suspended: row.suspended,
            suspended_until: row.suspended_until.map(milliseconds),
            suspended_because: row.suspended_because,
            created_at: milliseconds(row.created_at),
            resolved_at: row.resolved_at.map(milliseconds),
        }
    }
}

/// The reports that are open, and with `all` those that are resolved too, the oldest first.
///
/// # Errors
///
/// When the database fails.
pub async fn list(pool: &PgPool, all: bool) -> Result<Vec<Report>, Error> {
    let rows = query_as!(
        Row,
        r#"SELECT reports.id, state, kind, category, note, reporter_handle AS reporter, room_name,
                  user_handle AS person, body, room_id AS room, place,
                  CASE WHEN about.deleted_at IS NULL THEN about.handle END AS "person_now?",
                  kept_out.id IS NOT NULL AS "suspended!",
                  CASE WHEN isfinite(kept_out.suspended_until) THEN kept_out.suspended_until END
                      AS "suspended_until?",
                  coalesce(kept_out.suspended_because, '') AS "suspended_because!",
                  reports.created_at, resolved_at
           FROM reports LEFT JOIN users about ON about.id = reports.user_id
                LEFT JOIN users kept_out
                    ON kept_out.id = about.id AND kept_out.suspended_until > now()
           WHERE state = 'open' OR $1
           ORDER BY reports.created_at, reports.id"#,
        all,
    )
    .fetch_all(pool)
    .await?;
    let mut reports: Vec<_> = rows.into_iter().map(Report::from).collect();
    let ids: Vec<_> = reports.iter().map(|report| report.id).collect();
    let shown = query!(
        "SELECT report_id, media_id, kind, name FROM report_media WHERE report_id = ANY ($1)
         ORDER BY report_id, place",
        &ids,
    )
    .fetch_all(pool)
    .await?;
    for row in shown {
        let report = reports.iter_mut().find(|report| report.id == row.report_id);
        if let Some(report) = report {
            report.media.push(Shown {
                id: row.media_id,
                kind: row.kind,
                name: row.name,
            });
        }
    }
    Ok(reports)
}

/// Says that a report needs nobody any more. Returns whether there is such a report.
///
/// # Errors
///
/// When the database fails.
pub async fn resolve(pool: &PgPool, report: Uuid) -> Result<bool, Error> {
    let mut tx = pool.begin().await?;
    let found = query!(
        "UPDATE reports SET state = 'resolved', resolved_at = coalesce(resolved_at, now())
         WHERE id = $1",
        report,
    )
    .execute(&mut *tx)
    .await?;
    media::store::doom_evidence(&mut tx, report).await?;
    tx.commit().await?;
    Ok(found.rows_affected() > 0)
}
