//! What becomes of somebody's words and reactions when their account goes: the same as if they had
//! taken back each of them by hand, a few in one turn, so that the others in a room are not kept
//! waiting.
//!
//! Invariant: what a turn changes takes consecutive numbers of the room, as posts do.

mod store;

use app::{
    ids::{RoomId, UserId},
    messages::{Changes, Message},
};
use uuid::Uuid;

use super::{Turn, changes, mentions, reactions, store as messages};
use crate::{error::Error, rooms};

/// How many messages change in one turn of their room.
const AT_ONCE: i64 = 20;

/// Takes all that was said back out of a message. The room's head is locked.
pub(super) async fn take_back(
    db: &mut sqlx::PgConnection,
    room: RoomId,
    message: &mut Message,
) -> Result<(), Error> {
    message.erase();
    mentions::store::set(db, room, message).await?;
    reactions::store::clear(db, message.id).await
}

/// Takes back a few of somebody's messages, and the names and topics that they have given. Returns
/// where to go on from, while there may be more.
pub(crate) async fn erase_some(
    turn: &mut Turn,
    room: RoomId,
    author: UserId,
    from: Uuid,
) -> Result<(Option<Uuid>, Option<Changes>), Error> {
    let db = &mut turn.db;
    let (mut next, mut ids) = (from, store::lines(db, room, author, AT_ONCE).await?);
    if ids.is_empty() {
        for said in store::said(db, room, author, from, AT_ONCE).await? {
            next = said.client;
            ids.push(said.id);
        }
    }
    if ids.is_empty() {
        return Ok((None, None));
    }
    let mut taken_back = messages::load_in_place(db, &ids).await?;
    for message in &mut taken_back {
        take_back(db, room, message).await?;
    }
    let changes = write_down(turn, room, taken_back).await?;
    Ok((Some(next), Some(changes)))
}

/// Takes back a few of somebody's reactions. Returns whether there may be more.
pub(crate) async fn unreact_some(
    turn: &mut Turn,
    room: RoomId,
    user: UserId,
) -> Result<(bool, Option<Changes>), Error> {
    let db = &mut turn.db;
    let ids = store::reacted(db, room, user, AT_ONCE).await?;
    if ids.is_empty() {
        return Ok((false, None));
    }
    store::unreact(db, &ids, user).await?;
    let reacted = messages::load_in_place(db, &ids).await?;
    let changes = write_down(turn, room, reacted).await?;
    Ok((true, Some(changes)))
}

/// Gives changed messages the numbers of this turn.
async fn write_down(
    turn: &mut Turn,
    room: RoomId,
    mut changed: Vec<Message>,
) -> Result<Changes, Error> {
    let (first, db) = (turn.seq, &mut turn.db);
    let mut last = first;
    for (message, seq) in changed.iter_mut().zip(first..) {
        message.version = seq;
        messages::rewrite(db, message).await?;
        last = seq;
    }
    rooms::store::move_head(db, room, last).await?;
    Ok(changes(room, first, last, changed))
}
