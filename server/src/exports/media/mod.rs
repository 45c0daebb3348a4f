//! The pictures, videos and files that somebody has sent in: what is known of them, and they themselves.

mod store;

use app::ids::UserId;
use futures::StreamExt;
use sqlx::PgPool;

use self::store::Medium;
use super::{
    archive::{Archive, Interrupted, List},
    contents::Listed,
};
use crate::{error::Error, media::Media};

/// What is known of each, and then their bytes, a file each.
pub(super) async fn write(
    archive: Archive,
    pool: &PgPool,
    media: &Media,
    user: UserId,
) -> Result<Archive, Interrupted> {
    let mut list = List::begin(archive, Medium::FILE).await?;
    let mut last: Option<Medium> = None;
    while let Some(batch) = next(pool, user, last.as_ref()).await? {
        for medium in batch {
            list = list.add(&medium).await?;
            last = Some(medium);
        }
    }
    let mut archive = list.end().await?;
    last = None;
    while let Some(batch) = next(pool, user, last.as_ref()).await? {
        for medium in batch {
            archive = write_one(archive, media, &medium).await?;
            last = Some(medium);
        }
    }
    Ok(archive)
}

async fn next(
    pool: &PgPool,
    user: UserId,
    after: Option<&Medium>,
) -> Result<Option<Vec<Medium>>, Error> {
    let mut db = pool.acquire().await?;
    let batch = Medium::next(&mut db, user, after).await?;
    Ok(Some(batch).filter(|batch| !batch.is_empty()))
}

/// In its largest form. One that has gone meanwhile is left out.
async fn write_one(
    archive: Archive,
    media: &Media,
    medium: &Medium,
) -> Result<Archive, Interrupted> {
    let Some(mut pieces) = media.whole(medium.id, medium.kind).await? else {
        return Ok(archive);
    };
    let mut archive = archive.begin(medium.file.clone()).await?;
    while let Some(piece) = pieces.next().await {
        archive = archive.write(&piece.map_err(Error::from)?).await?;
    }
    Ok(archive)
}
