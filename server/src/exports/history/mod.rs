//! What somebody has said, a file for each room, in the order of the places.
//!
//! The index by which a send is known again finds what somebody has said in a room in the order of their
//! own ids, which is not that of the places: all of it would have to be sorted for each batch. So a room's
//! history is walked through, as far as its member can have said something in it, in strides that grow
//! where they have said little: neither what is read at once nor what it costs grows with the history.

mod store;

use app::ids::UserId;
use sqlx::PgPool;

use self::store::Stretch;
use super::archive::{Archive, Interrupted, List};
use crate::error::Error;

/// How many messages are read at once.
const BATCH: i64 = 200;

/// How many places of a room one query walks through.
const SHORTEST: i64 = 1_000;
const LONGEST: i64 = 64_000;

pub(super) async fn write(
    mut archive: Archive,
    pool: &PgPool,
    user: UserId,
) -> Result<Archive, Interrupted> {
    let mut last = None;
    loop {
        let mut db = pool.acquire().await.map_err(Error::from)?;
        let stretch = store::next(&mut db, user, last).await?;
        drop(db);
        let Some(stretch) = stretch else {
            return Ok(archive);
        };
        last = Some(stretch.room);
        archive = write_room(archive, pool, user, stretch).await?;
    }
}

/// Of a room in which they have said nothing there is no file.
async fn write_room(
    archive: Archive,
    pool: &PgPool,
    user: UserId,
    stretch: Stretch,
) -> Result<Archive, Interrupted> {
    let full = usize::try_from(BATCH).unwrap_or(usize::MAX);
    let (mut after, mut stride) = (stretch.first - 1, SHORTEST);
    let mut list = List::begin_later(archive, format!("messages/{}.json", stretch.room));
    while after < stretch.last {
        let to = stretch.last.min(after + stride);
        let mut db = pool.acquire().await.map_err(Error::from)?;
        let said = store::said(&mut db, user, &stretch, after..to, BATCH).await?;
        drop(db);
        (after, stride) = match said.last() {
            Some(last) if said.len() == full => (last.seq, SHORTEST),
            _ => (to, LONGEST.min(stride * 4)),
        };
        for message in &said {
            list = list.add(message).await?;
        }
    }
    list.end().await
}
