//! What an archive holds, in its order. Something new of a person's own is a type that is [`Listed`],
//! a line here, one in the archive's page of words, and one in docs/export.md.

use std::future::Future;

use app::{accounts::User, exports::readme, ids::UserId, words::i18n::Locale};
use serde::Serialize;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

use super::{
    archive::{Archive, Interrupted, List},
    history,
    journeys::{Journey, StageEvent},
    media, moment,
    profiles::Profile,
    safety::{Block, Identity, Report},
    store::{self, Device, Membership, Room, Session},
    traces::{Invite, Mention, Reaction, ReadPosition},
};
use crate::{error::Error, media::Media};

/// How many rows are read at once.
pub(super) const BATCH: i64 = 200;

/// Rows of one kind that are a person's own.
pub(super) trait Listed: Serialize + Send + Sync + Sized {
    /// Its name in the archive.
    const FILE: &str;

    /// The next rows after this one, or the first, in an order that no change of them disturbs. At
    /// most [`BATCH`], and fewer at the end alone.
    fn next(
        db: &mut PgConnection,
        user: UserId,
        after: Option<&Self>,
    ) -> impl Future<Output = Result<Vec<Self>, Error>> + Send;
}

/// Writes everything of somebody's into the archive.
pub(super) async fn write(
    archive: Archive,
    pool: &PgPool,
    kept: &Media,
    user: &User,
) -> Result<(), Interrupted> {
    let id = user.id;
    let made_at = moment(OffsetDateTime::now_utc());
    let readme = readme(Locale::default(), user.handle.as_str(), &made_at);
    let archive = archive.file("README.txt", readme.as_bytes()).await?;

    let mut db = pool.acquire().await.map_err(Error::from)?;
    let account = store::account(&mut db, id).await?;
    drop(db);
    let account = serde_json::to_vec_pretty(&account)?;
    let archive = archive.file("account.json", &account).await?;

    let archive = list::<Profile>(archive, pool, id).await?;
    let archive = list::<Session>(archive, pool, id).await?;
    let archive = list::<Device>(archive, pool, id).await?;
    let archive = list::<Room>(archive, pool, id).await?;
    let archive = list::<Membership>(archive, pool, id).await?;
    let archive = list::<Reaction>(archive, pool, id).await?;
    let archive = list::<Mention>(archive, pool, id).await?;
    let archive = list::<ReadPosition>(archive, pool, id).await?;
    let archive = list::<Invite>(archive, pool, id).await?;
    let archive = list::<Identity>(archive, pool, id).await?;
    let archive = list::<Block>(archive, pool, id).await?;
    let archive = list::<Report>(archive, pool, id).await?;
    let archive = list::<Journey>(archive, pool, id).await?;
    let archive = list::<StageEvent>(archive, pool, id).await?;
    let archive = history::write(archive, pool, id).await?;
    let archive = media::write(archive, pool, kept, id).await?;
    archive.end().await
}

async fn list<T: Listed>(
    archive: Archive,
    pool: &PgPool,
    user: UserId,
) -> Result<Archive, Interrupted> {
    let mut list = List::begin(archive, T::FILE).await?;
    let mut last: Option<T> = None;
    loop {
        let mut db = pool.acquire().await.map_err(Error::from)?;
        let rows = T::next(&mut db, user, last.as_ref()).await?;
        drop(db);
        let is_last = rows.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
        for row in rows {
            list = list.add(&row).await?;
            last = Some(row);
        }
        if is_last {
            return list.end().await;
        }
    }
}
