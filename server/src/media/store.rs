//! The SQL of media that have come in, and of the messages that show them.

use std::collections::HashMap;

use app::{
    ids::{MediaId, MessageId, UserId},
    media::{Attachment, MediaKind},
    messages::Message,
};
use sqlx::{PgConnection, PgPool, query, query_as, query_scalar};
use uuid::Uuid;

use super::policy::View;
use crate::error::Error;

/// Something that somebody asks for.
pub(super) struct Found {
    pub(super) view: View,
    pub(super) kind: MediaKind,
    pub(super) name: String,
    pub(super) mime: String,
}

fn kind(text: &str) -> Result<MediaKind, Error> {
    MediaKind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == text)
        .ok_or(Error::Row { table: "media" })
}

/// The columns that an attachment is read from.
struct Row {
    id: Uuid,
    kind: Option<String>,
    name: String,
    mime: String,
    width: Option<i32>,
    height: Option<i32>,
    size: i64,
    placeholder: String,
    alt: String,
    duration: Option<i64>,
    has_poster: bool,
}

impl TryFrom<Row> for Attachment {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: MediaId(row.id),
            kind: kind(&row.kind.unwrap_or_default())?,
            name: row.name,
            mime: row.mime,
            width: row.width,
            height: row.height,
            size: row.size,
            placeholder: row.placeholder,
            alt: row.alt,
            duration: row.duration,
            poster: row.has_poster,
        })
    }
}

/// What is known of these by now, as far as they have come in.
pub(crate) async fn find(
    db: &mut PgConnection,
    ids: &[MediaId],
) -> Result<HashMap<MediaId, Attachment>, Error> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = query_as!(
        Row,
        "SELECT id, kind, name, mime, width, height, size, placeholder, alt, duration, has_poster
         FROM media WHERE id = ANY ($1) AND state = 'finished'",
        &ids,
    )
    .fetch_all(db)
    .await?;
    let known = rows.into_iter().map(Attachment::try_from);
    let known = known.map(|known| known.map(|known| (known.id, known)));
    known.collect()
}

/// These, as far as they are known, in their order.
pub(crate) fn in_order(known: &HashMap<MediaId, Attachment>, ids: &[MediaId]) -> Vec<Attachment> {
    ids.iter().filter_map(|id| known.get(id).cloned()).collect()
}

/// Gives those of the messages that show something what they show.
pub(crate) async fn dress(
    db: &mut PgConnection,
    messages: &mut [Message],
    showing: &[Uuid],
) -> Result<(), Error> {
    let rows = query!(
        "SELECT message_id, media_id FROM message_media WHERE message_id = ANY ($1)
         ORDER BY message_id, place",
        showing,
    )
    .fetch_all(&mut *db)
    .await?;
    let mut shown: HashMap<Uuid, Vec<MediaId>> = HashMap::new();
    for row in rows {
        let of_message = shown.entry(row.message_id).or_default();
        of_message.push(MediaId(row.media_id));
    }
    let ids: Vec<_> = shown.values().flatten().copied().collect();
    let known = find(db, &ids).await?;
    for message in messages {
        if let Some(ids) = shown.get(&message.id.0) {
            message.media = in_order(&known, ids);
        }
    }
    Ok(())
}

/// A message shows nothing any more. What no other one shows is doomed. The room's head is locked.
pub(crate) async fn hide(db: &mut PgConnection, message: MessageId) -> Result<(), Error> {
    let hidden = query_scalar!(
        "DELETE FROM message_media WHERE message_id = $1 RETURNING media_id",
        message.0,
    )
    .fetch_all(&mut *db)
    .await?;
    if hidden.is_empty() {
        return Ok(());
    }
    doom(db, &hidden).await
}

/// What somebody has sent in and no message shows is doomed: their account goes, and their profile has
/// gone.
pub(crate) async fn doom_drafts(db: &mut PgConnection, user: UserId) -> Result<(), Error> {
    query!(
        "SELECT doom_media(coalesce(array_agg(id), '{}')) AS doomed FROM media WHERE user_id = $1",
        user.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What a report was about that is resolved is doomed, unless something else needs it.
pub(crate) async fn doom_evidence(db: &mut PgConnection, report: Uuid) -> Result<(), Error> {
    query!(
        "SELECT doom_media(coalesce(array_agg(media_id), '{}')) AS doomed FROM report_media
         WHERE report_id = $1 AND media_id IS NOT NULL",
        report,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn doom(db: &mut PgConnection, ids: &[Uuid]) -> Result<(), Error> {
    query!("SELECT doom_media($1) AS doomed", ids)
        .execute(db)
        .await?;
    Ok(())
}

/// Dooms it, unless a message or a profile shows it.
pub(crate) async fn doom_unshown(db: &mut PgConnection, id: MediaId) -> Result<(), Error> {
    doom(db, &[id.0]).await
}

/// Something that has come in, and how somebody, or nobody, stands to it.
pub(super) async fn fetch(
    pool: &PgPool,
    viewer: Option<UserId>,
    id: MediaId,
) -> Result<Option<Found>, Error> {
    let row = query!(
        r#"SELECT found.kind AS "kind!", found.name AS "name!", found.mime AS "mime!",
                  found.user_id IS NOT DISTINCT FROM $2 AS "own!",
                  count(messages.id) > 0 AS "shown!",
                  coalesce(bool_or(rooms.kind = 'public' OR joined_seq <= messages.seq), false)
                      AS "visible!",
                  coalesce(bool_or(rooms.kind = 'public'), false) AS "public!"
           FROM media found
                LEFT JOIN message_media ON message_media.media_id = found.id
                LEFT JOIN messages ON messages.id = message_id
                LEFT JOIN rooms ON rooms.id = messages.room_id
                LEFT JOIN member_intervals stay ON stay.room_id = rooms.id AND stay.user_id = $2
                    AND left_seq IS NULL
           WHERE found.id = $1 AND found.state = 'finished'
           GROUP BY found.id"#,
        id.0,
        viewer.map(|viewer| viewer.0),
    )
    .fetch_optional(pool)
    .await?;
    row.map(|row| {
        Ok(Found {
            view: View {
                own: viewer.is_some() && row.own,
                shown: row.shown,
                visible: row.visible,
                public: row.public,
            },
            kind: kind(&row.kind)?,
            name: row.name,
            mime: row.mime,
        })
    })
    .transpose()
}
