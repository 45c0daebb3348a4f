//! All SQL of profiles.

use app::{
    accounts::User,
    error::ErrorCode,
    ids::{MediaId, UserId},
    profiles::{Seen, Sight},
};
use sqlx::{PgConnection, query, query_scalar};

use super::policy::Standing;
use crate::{accounts, error::Error, media};

/// A profile, and how the person for whom it was read stands to its owner.
pub(super) struct Kept {
    pub(super) user: User,
    pub(super) name: String,
    pub(super) bio: String,
    pub(super) languages: Vec<String>,
    pub(super) country: String,
    pub(super) links: Vec<String>,
    /// With what it is served as.
    pub(super) picture: Option<(MediaId, String)>,
    pub(super) seen: Seen,
    pub(super) standing: Standing,
}

/// A part of it, and who sees that from now on; none: whoever does.
pub(super) enum Change<'a> {
    Name(&'a str, Option<Sight>),
    Bio(&'a str, Option<Sight>),
    Languages(&'a [String], Option<Sight>),
    Country(&'a str, Option<Sight>),
    Links(&'a [String], Option<Sight>),
    PictureSeen(Option<Sight>),
    /// One that its owner has sent in, or none.
    Picture(Option<MediaId>),
}

/// Who has told nothing has no row.
fn sight(text: Option<&str>) -> Result<Sight, Error> {
    let broken = |_| Error::Row { table: "profiles" };
    text.map_or(Ok(Sight::default()), |text| text.parse().map_err(broken))
}

/// None when there is no such account, or no more.
pub(super) async fn find(
    db: &mut PgConnection,
    owner: UserId,
    viewer: Option<UserId>,
) -> Result<Option<Kept>, Error> {
    let row = query!(
        r#"SELECT owner.id AS "id!", handle AS "handle!", profiles.name AS "name?", bio AS "bio?",
                  languages AS "languages?", country AS "country?", links AS "links?",
                  media.id AS "picture?", mime AS "mime?", name_seen AS "name_seen?",
                  bio_seen AS "bio_seen?", languages_seen AS "languages_seen?",
                  country_seen AS "country_seen?", links_seen AS "links_seen?",
                  picture_seen AS "picture_seen?",
                  coalesce(suspended_until > now(), false) AS "suspended!",
                  EXISTS (SELECT FROM blocks
                          WHERE blocks.user_id = $2 AND blocked_id = owner.id) AS "blocks!",
                  EXISTS (SELECT FROM blocks
                          WHERE blocks.user_id = owner.id AND blocked_id = $2) AS "blocked!",
                  EXISTS (SELECT FROM members theirs
                               JOIN members mine ON mine.room_id = theirs.room_id AND mine.user_id = $2
                               JOIN rooms ON rooms.id = theirs.room_id
                          WHERE theirs.user_id = owner.id
                              AND (rooms.kind <> 'direct' OR EXISTS (
                                  SELECT FROM messages
                                  WHERE messages.room_id = rooms.id AND sender_id = owner.id
                                      AND messages.kind = 'text'))) AS "shares!"
           FROM users owner LEFT JOIN profiles ON profiles.user_id = owner.id
                LEFT JOIN media ON media.id = picture_id
           WHERE owner.id = $1 AND deleted_at IS NULL"#,
        owner.0,
        viewer.map(|viewer| viewer.0),
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Kept {
        user: accounts::user(row.id, &row.handle)?,
        name: row.name.unwrap_or_default(),
        bio: row.bio.unwrap_or_default(),
        languages: row.languages.unwrap_or_default(),
        country: row.country.unwrap_or_default(),
        links: row.links.unwrap_or_default(),
        picture: row.picture.map(MediaId).zip(row.mime),
        seen: Seen {
            name: sight(row.name_seen.as_deref())?,
            bio: sight(row.bio_seen.as_deref())?,
            languages: sight(row.languages_seen.as_deref())?,
            country: sight(row.country_seen.as_deref())?,
            links: sight(row.links_seen.as_deref())?,
            picture: sight(row.picture_seen.as_deref())?,
        },
        standing: Standing {
            own: viewer == Some(owner),
            signed_in: viewer.is_some(),
            shares: row.shares,
            blocks: row.blocks,
            blocked: row.blocked,
            suspended: row.suspended,
        },
    }))
}

/// Waits for whoever changes the account. False when it is gone.
pub(super) async fn lock(db: &mut PgConnection, user: UserId) -> Result<bool, Error> {
    let there = query_scalar!(
        "SELECT id FROM users WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE",
        user.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(there.is_some())
}

/// Something of it, or that is shown beside it, has changed: every node tells of it.
pub(crate) async fn touch(db: &mut PgConnection, user: UserId) -> Result<(), Error> {
    query!(
        "INSERT INTO profiles (user_id) VALUES ($1)
         ON CONFLICT (user_id) DO UPDATE
             SET version = profiles.version + 1, changed_at = clock_timestamp()",
        user.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Changes a part, and tells every node of it. The account is locked.
pub(super) async fn set(
    db: &mut PgConnection,
    user: UserId,
    change: Change<'_>,
) -> Result<(), Error> {
    touch(db, user).await?;
    if matches!(change, Change::PictureSeen(_) | Change::Picture(_)) {
        query!(
            "UPDATE profiles SET picture_version = version, picture_changed_at = changed_at
             WHERE user_id = $1",
            user.0,
        )
        .execute(&mut *db)
        .await?;
    }
    match change {
        Change::Name(name, seen) => {
            query!(
                "UPDATE profiles SET name = $2, name_seen = coalesce($3, name_seen)
                 WHERE user_id = $1",
                user.0,
                name,
                seen.map(Sight::as_str),
            )
            .execute(db)
            .await?;
        }
        Change::Bio(bio, seen) => {
            query!(
                "UPDATE profiles SET bio = $2, bio_seen = coalesce($3, bio_seen)
                 WHERE user_id = $1",
                user.0,
                bio,
                seen.map(Sight::as_str),
            )
            .execute(db)
            .await?;
        }
        Change::Languages(languages, seen) => {
            query!(
                "UPDATE profiles SET languages = $2, languages_seen = coalesce($3, languages_seen)
                 WHERE user_id = $1",
                user.0,
                languages,
                seen.map(Sight::as_str),
            )
            .execute(db)
            .await?;
        }
        Change::Country(country, seen) => {
            query!(
                "UPDATE profiles SET country = $2, country_seen = coalesce($3, country_seen)
                 WHERE user_id = $1",
                user.0,
                country,
                seen.map(Sight::as_str),
            )
            .execute(db)
            .await?;
        }
        Change::Links(links, seen) => {
            query!(
                "UPDATE profiles SET links = $2, links_seen = coalesce($3, links_seen)
                 WHERE user_id = $1",
                user.0,
                links,
                seen.map(Sight::as_str),
            )
            .execute(db)
            .await?;
        }
        Change::PictureSeen(seen) => {
            query!(
                "UPDATE profiles SET picture_seen = coalesce($2, picture_seen) WHERE user_id = $1",
                user.0,
                seen.map(Sight::as_str),
            )
            .execute(db)
            .await?;
        }
        Change::Picture(picture) => set_picture(db, user, picture).await?,
    }
    Ok(())
}

/// What it was before is doomed, unless something else shows it.
async fn set_picture(
    db: &mut PgConnection,
    user: UserId,
    picture: Option<MediaId>,
) -> Result<(), Error> {
    if let Some(picture) = picture {
        // Whoever tidies up waits, and looks again.
        let kept = query!(
            "UPDATE media SET expires_at = 'infinity'
             WHERE id = $1 AND user_id = $2 AND state = 'finished' AND kind = 'image'",
            picture.0,
            user.0,
        )
        .execute(&mut *db)
        .await?;
        if kept.rows_affected() == 0 {
            return Err(ErrorCode::MediaUnknown.into());
        }
    }
    let before = query_scalar!("SELECT picture_id FROM profiles WHERE user_id = $1", user.0)
        .fetch_one(&mut *db)
        .await?;
    query!(
        "UPDATE profiles SET picture_id = $2 WHERE user_id = $1",
        user.0,
        picture.map(|picture| picture.0),
    )
    .execute(&mut *db)
    .await?;
    if let Some(before) = before {
        media::store::doom_unshown(db, MediaId(before)).await?;
    }
    Ok(())
}
