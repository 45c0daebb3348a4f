//! All SQL of reading history.

use std::collections::HashSet;

use app::{
    ids::RoomId,
    messages::{Message, Page, Stretch},
};
use sqlx::{PgConnection, PgPool, Postgres, Transaction, query_scalar};
use uuid::Uuid;

use crate::{
    error::Error,
    messages::store::{at, load_in_place},
};

/// How many messages a page has.
pub(in crate::messages) const PAGE: i64 = 50;

/// A read-only transaction whose statements all see the same moment.
pub(in crate::messages) async fn snapshot(
    pool: &PgPool,
) -> Result<Transaction<'_, Postgres>, Error> {
    Ok(pool
        .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?)
}

/// A stretch of history with the head that was read in the same snapshot. Nothing in it stands before
/// `visible_from`.
pub(super) async fn page(
    db: &mut PgConnection,
    room: RoomId,
    head: i64,
    stretch: Stretch,
    visible_from: i64,
) -> Result<Page, Error> {
    // How many to read up to which place, and how many from which on.
    let (before, after) = match stretch {
        Stretch::Newest => ((i64::MAX, PAGE), None),
        Stretch::Before(place) => ((place, PAGE), None),
        Stretch::After(place) => ((place.saturating_add(1), 0), Some(PAGE)),
        Stretch::Around(place) => ((place, PAGE / 2), Some(PAGE / 2)),
    };
    let (edge, count) = before;
    // One more than is shown tells whether there is more.
    let mut ids = query_scalar!(
        "SELECT id FROM messages WHERE room_id = $1 AND seq < $2 AND seq >= $4
         ORDER BY seq DESC LIMIT $3",
        room.0,
        edge,
        count + 1,
        visible_from,
    )
    .fetch_all(&mut *db)
    .await?;
    let older = take(&mut ids, count);
    let mut newer = false;
    if let Some(count) = after {
        let mut later = query_scalar!(
            "SELECT id FROM messages WHERE room_id = $1 AND seq >= $2 AND seq >= $4
             ORDER BY seq LIMIT $3",
            room.0,
            edge,
            count + 1,
            visible_from,
        )
        .fetch_all(&mut *db)
        .await?;
        newer = take(&mut later, count);
        ids.extend(later);
    }
    let messages = load_in_place(db, &ids).await?;
    let here: HashSet<_> = messages.iter().map(|message| message.seq).collect();
    let answered = messages.iter().filter_map(|message| message.reply_to);
    let answered: Vec<_> = answered
        .filter(|place| *place >= visible_from && !here.contains(place))
        .collect();
    let quoted = if answered.is_empty() {
        Vec::new()
    } else {
        at(db, room, &answered).await?
    };
    // Behind an edge where nothing stands any more, history is asked for from the edge itself.
    let first = messages.first().map_or(edge, |first| first.seq);
    let last = messages.last().map_or(edge - 1, |last| last.seq);
    Ok(Page {
        before: older.then_some(first),
        after: (newer || (after.is_none() && edge <= head)).then_some(last),
        messages,
        head,
        quoted,
    })
}

/// Keeps the first `count`. Returns whether there were more.
fn take(ids: &mut Vec<Uuid>, count: i64) -> bool {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let more = ids.len() > count;
    ids.truncate(count);
    more
}

/// How many messages a room holds up.
pub(in crate::messages) async fn count_pins(
    db: &mut PgConnection,
    room: RoomId,
) -> Result<i64, Error> {
    let count = query_scalar!(
        r#"SELECT count(*) AS "count!" FROM messages
           WHERE room_id = $1 AND pinned_at IS NOT NULL"#,
        room.0,
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

/// What a room holds up at the places from `visible_from` on, the last one first.
pub(super) async fn pins(
    db: &mut PgConnection,
    room: RoomId,
    visible_from: i64,
) -> Result<Vec<Message>, Error> {
    let ids = query_scalar!(
        "SELECT id FROM messages
         WHERE room_id = $1 AND pinned_at IS NOT NULL AND seq >= $2 ORDER BY pinned_at DESC",
        room.0,
        visible_from,
    )
    .fetch_all(&mut *db)
    .await?;
    let mut messages = load_in_place(db, &ids).await?;
    let rank = |message: &Message| ids.iter().position(|id| *id == message.id.0);
    messages.sort_by_key(rank);
    Ok(messages)
}
