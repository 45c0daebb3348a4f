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
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Turn, changes, mentions, reactions, store as messages};
use crate::{error::Error, media, rooms};

/// How many messages change in one turn of their room.
const AT_ONCE: i64 = 20;

/// Takes all that was said back out of a message. The room's head is locked.
pub(super) async fn take_back(
    db: &mut PgConnection,
    room: RoomId,
    message: &mut Message,
) -> Result<(), Error> {
    message.erase();
    media::store::hide(db, message.id).await?;
    mentions::store::set(db, room, message).await?;
    reactions::store::clear(db, message.id).await
}

/// A few things that somebody has said in a room.
pub(crate) struct Said {
    pub(crate) ids: Vec<Uuid>,
    /// Where to go on after.
    pub(crate) last: Option<Uuid>,
}

/// Finds the next of somebody's messages that still have their words, and the names and topics that they
/// have given. None when there is nothing left. It holds up nobody in the room; whoever has left it says
/// nothing more meanwhile.
pub(crate) async fn find_said(
    db: &mut PgConnection,
    room: RoomId,
    author: UserId,
    after: Option<Uuid>,
) -> Result<Option<Said>, Error> {
    let (mut last, mut ids) = (after, store::lines(db, room, author, AT_ONCE).await?);
    if ids.is_empty() {
        for said in store::said(db, room, author, after, AT_ONCE).await? {
            last = Some(said.client);
            ids.push(said.id);
        }
    }
    Ok((!ids.is_empty()).then_some(Said { ids, last }))
}

/// Takes back these messages, as far as they still say or show something.
pub(crate) async fn erase(
    turn: &mut Turn,
    room: RoomId,
    ids: Vec<Uuid>,
) -> Result<((), Option<Changes>), Error> {
    let db = &mut turn.db;
    let ids = store::not_empty(db, &ids).await?;
    let mut taken_back = messages::load_in_place(db, &ids).await?;
    for message in &mut taken_back {
        take_back(db, room, message).await?;
    }
    Ok(((), write_down(turn, room, taken_back).await?))
}

/// Finds the next messages that somebody has answered with an emoji, in the order of their ids.
pub(crate) async fn find_reacted(
    db: &mut PgConnection,
    room: RoomId,
    user: UserId,
    after: Uuid,
) -> Result<Vec<Uuid>, Error> {
    store::reacted(db, room, user, after, AT_ONCE).await
}

/// Takes back somebody's reactions to these messages, as far as they are still there.
pub(crate) async fn unreact(
    turn: &mut Turn,
    room: RoomId,
    user: UserId,
    ids: Vec<Uuid>,
) -> Result<((), Option<Changes>), Error> {
    let db = &mut turn.db;
    let ids = store::unreact(db, &ids, user).await?;
    let reacted = messages::load_in_place(db, &ids).await?;
    Ok(((), write_down(turn, room, reacted).await?))
}

/// Gives changed messages the numbers of this turn, if there are any.
async fn write_down(
    turn: &mut Turn,
    room: RoomId,
    mut changed: Vec<Message>,
) -> Result<Option<Changes>, Error> {
    if changed.is_empty() {
        return Ok(None);
    }
    let (first, db) = (turn.seq, &mut turn.db);
    let mut last = first;
    for (message, seq) in changed.iter_mut().zip(first..) {
        message.version = seq;
        messages::rewrite(db, message).await?;
        last = seq;
    }
    rooms::store::move_head(db, room, last).await?;
    Ok(Some(changes(room, first, last, changed)))
}
