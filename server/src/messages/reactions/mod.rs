//! Reactions: what people answer a message with instead of words.

pub(super) mod store;

use app::{
    error::ErrorCode,
    ids::UserId,
    messages::{Emoji, Message},
};
use sqlx::PgConnection;

use crate::error::Error;

/// How many different emoji a message may have.
const MOST: usize = 20;

/// Gives somebody's reaction to a message, or takes it back. Returns whether anything has changed;
/// then the message has all its reactions as they now are.
pub(super) async fn react(
    db: &mut PgConnection,
    message: &mut Message,
    user: UserId,
    emoji: &Emoji,
    on: bool,
) -> Result<bool, Error> {
    let known = message.reactions.iter();
    let is_new = known.clone().all(|known| known.emoji != *emoji);
    if on && is_new && known.count() >= MOST {
        return Err(ErrorCode::Full.into());
    }
    let changed = if on {
        store::insert(db, message.id, user, emoji).await?
    } else {
        store::delete(db, message.id, user, emoji).await?
    };
    if changed {
        message.reactions.clear();
        let id = message.id.0;
        store::dress(db, std::slice::from_mut(message), &[id]).await?;
    }
    Ok(changed)
}
