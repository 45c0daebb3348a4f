//! The SQL of uploads.

use app::{
    ids::{MediaId, UserId},
    media::{AltText, Attachment, FileName, MediaKind},
};
use sqlx::{PgConnection, PgPool, query, query_scalar};

use crate::{
    error::Error,
    media::{MediaLimits, store::find},
};

/// Something that is coming in, or has come in.
pub(in crate::media) struct Upload {
    pub(in crate::media) id: MediaId,
    /// How many bytes it is to have.
    pub(in crate::media) length: u64,
    pub(in crate::media) poster_of: Option<MediaId>,
    /// Whether it is how somebody looks, and is made a square.
    pub(in crate::media) portrait: bool,
    /// None while it is coming in.
    pub(in crate::media) attachment: Option<Attachment>,
}

/// What has become of an upload.
pub(in crate::media) struct Facts {
    pub(in crate::media) kind: MediaKind,
    pub(in crate::media) mime: &'static str,
    pub(in crate::media) width: Option<u32>,
    pub(in crate::media) height: Option<u32>,
    /// In milliseconds.
    pub(in crate::media) duration: Option<u64>,
    pub(in crate::media) placeholder: String,
    /// In bytes, of its largest form, and of all of them.
    pub(in crate::media) size: u64,
    pub(in crate::media) stored: u64,
}

/// How much somebody keeps here.
pub(in crate::media) struct Holdings {
    /// In bytes: what has come in, and what is to come.
    pub(in crate::media) bytes: u64,
    /// How many uploads are under way.
    pub(in crate::media) uploads: u32,
}

/// What the smallest of files counts for, in bytes: it, too, takes its places in the store and here.
const LEAST: i64 = 16 * 1024;

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// PostgreSQL has no larger numbers.
fn signed<T>(number: T) -> i64
where
    i64: TryFrom<T>,
{
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn pixels(number: Option<u32>) -> Option<i32> {
    number.and_then(|number| i32::try_from(number).ok())
}

/// How much somebody keeps here, under a lock of their account until the transaction ends.
pub(in crate::media) async fn holdings(
    db: &mut PgConnection,
    user: UserId,
) -> Result<Holdings, Error> {
    query_scalar!(
        "SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE",
        user.0,
    )
    .fetch_one(&mut *db)
    .await?;
    let row = query!(
        r#"SELECT coalesce(sum(greatest(CASE state WHEN 'finished' THEN stored ELSE length END, $2)),
                           0)::bigint AS "bytes!",
                  count(*) FILTER (WHERE state = 'receiving') AS "uploads!"
           FROM media WHERE user_id = $1"#,
        user.0,
        LEAST,
    )
    .fetch_one(db)
    .await?;
    Ok(Holdings {
        bytes: unsigned(row.bytes),
        uploads: u32::try_from(row.uploads).unwrap_or(u32::MAX),
    })
}

/// Something is to come in.
pub(in crate::media) async fn insert(
    db: &mut PgConnection,
    user: UserId,
    upload: &Upload,
    name: &FileName,
    alt: &AltText,
    limits: &MediaLimits,
) -> Result<(), Error> {
    query!(
        "INSERT INTO media (id, user_id, length, name, alt, poster_of, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))",
        upload.id.0,
        user.0,
        signed(upload.length),
        name.as_str(),
        alt.as_str(),
        upload.poster_of.map(|video| video.0),
        limits.expiry.as_secs_f64(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether it is a video of theirs that has come in without a still, and that no message shows: what people
/// have seen does not become something else.
pub(in crate::media) async fn takes_poster(
    db: &mut PgConnection,
    user: UserId,
    video: MediaId,
) -> Result<bool, Error> {
    let takes = query_scalar!(
        r#"SELECT EXISTS (SELECT FROM media WHERE id = $1 AND user_id = $2 AND kind = 'video'
                          AND state = 'finished' AND NOT has_poster AND isfinite(expires_at))
               AS "takes!""#,
        video.0,
        user.0,
    )
    .fetch_one(db)
    .await?;
    Ok(takes)
}

/// What something of theirs shows, in words. False when it is not theirs, or a message shows it. That is told
/// by its row alone, for which a post waits, and which waits for a post.
pub(in crate::media) async fn set_alt(
    pool: &PgPool,
    user: UserId,
    id: MediaId,
    alt: &AltText,
) -> Result<bool, Error> {
    let set = query!(
        "UPDATE media SET alt = $3
         WHERE id = $1 AND user_id = $2 AND state <> 'doomed' AND isfinite(expires_at)",
        id.0,
        user.0,
        alt.as_str(),
    )
    .execute(pool)
    .await?;
    Ok(set.rows_affected() > 0)
}

/// Something that somebody is sending in, or has sent in and not shown.
pub(in crate::media) async fn upload(
    pool: &PgPool,
    user: UserId,
    id: MediaId,
) -> Result<Option<Upload>, Error> {
    let mut db = pool.acquire().await?;
    let row = query!(
        "SELECT length, poster_of FROM media
         WHERE id = $1 AND user_id = $2 AND state <> 'doomed' AND (state = 'receiving' OR NOT (
             EXISTS (SELECT FROM message_media WHERE media_id = media.id)
             OR EXISTS (SELECT FROM profiles WHERE picture_id = media.id)))",
        id.0,
        user.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let attachment = find(&mut db, &[id]).await?.remove(&id);
    Ok(Some(Upload {
        id,
        length: unsigned(row.length),
        poster_of: row.poster_of.map(MediaId),
        portrait: false,
        attachment,
    }))
}

/// It has come in. False when nobody wants it any more.
pub(in crate::media) async fn finish(
    pool: &PgPool,
    id: MediaId,
    facts: &Facts,
    limits: &MediaLimits,
) -> Result<bool, Error> {
    let finished = query!(
        "UPDATE media
         SET state = 'finished', kind = $2, mime = $3, width = $4, height = $5, duration = $6,
             placeholder = $7, size = $8, stored = $9,
             expires_at = now() + make_interval(secs => $10)
         WHERE id = $1 AND state = 'receiving'",
        id.0,
        facts.kind.as_str(),
        facts.mime,
        pixels(facts.width),
        pixels(facts.height),
        facts.duration.map(signed),
        facts.placeholder,
        signed(facts.size),
        signed(facts.stored),
        limits.expiry.as_secs_f64(),
    )
    .execute(pool)
    .await?;
    Ok(finished.rows_affected() > 0)
}

/// The still of a video has come in, and is part of it. False when nobody wants the video any more, or it has
/// been shown without.
pub(in crate::media) async fn finish_poster(
    pool: &PgPool,
    poster: MediaId,
    video: MediaId,
    placeholder: &str,
    stored: u64,
) -> Result<bool, Error> {
    let mut tx = pool.begin().await?;
    let finished = query!(
        "UPDATE media SET has_poster = true, placeholder = $2, stored = stored + $3
         WHERE id = $1 AND state = 'finished' AND NOT has_poster AND isfinite(expires_at)",
        video.0,
        placeholder,
        signed(stored),
    )
    .execute(&mut *tx)
    .await?;
    let finished = finished.rows_affected() > 0;
    if finished {
        query!("DELETE FROM media WHERE id = $1", poster.0)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(finished)
}
