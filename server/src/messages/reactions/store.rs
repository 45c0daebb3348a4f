//! All SQL of reactions. The head of the message's room is locked before any of them changes.

use std::collections::HashMap;

use app::{
    ids::{MessageId, UserId},
    messages::{Emoji, Message, Reaction},
};
use sqlx::{PgConnection, query};
use uuid::Uuid;

use crate::{accounts, error::Error};

/// How many people of each reaction are named.
const MOST_NAMED: i64 = 100;

/// Gives those of the messages that are `reacted` to what people have answered them with.
pub(in crate::messages) async fn dress(
    db: &mut PgConnection,
    messages: &mut [Message],
    reacted: &[Uuid],
) -> Result<(), Error> {
    let rows = query!(
        r#"SELECT message_id, emoji, count AS "count!", user_id, handle
           FROM (SELECT message_id, emoji, user_id, created_at,
                        count(*) OVER (PARTITION BY message_id, emoji) AS count,
                        min(created_at) OVER (PARTITION BY message_id, emoji) AS first_at,
                        row_number() OVER (PARTITION BY message_id, emoji
                                           ORDER BY created_at, user_id) AS rank
                 FROM reactions WHERE message_id = ANY ($1)) ranked
                JOIN users ON users.id = user_id
           WHERE rank <= $2
           ORDER BY message_id, first_at, emoji, rank"#,
        reacted,
        MOST_NAMED,
    )
    .fetch_all(db)
    .await?;
    let mut reactions: HashMap<Uuid, Vec<Reaction>> = HashMap::new();
    for row in rows {
        let user = accounts::user(row.user_id, &row.handle)?;
        let of_message = reactions.entry(row.message_id).or_default();
        match of_message.last_mut() {
            Some(last) if last.emoji.as_str() == row.emoji => last.people.push(user),
            _ => of_message.push(Reaction {
                emoji: Emoji::parse(&row.emoji).map_err(|_| Error::Row { table: "reactions" })?,
                count: row.count,
                people: vec![user],
            }),
        }
    }
    for message in messages {
        if let Some(reactions) = reactions.remove(&message.id.0) {
            message.reactions = reactions;
        }
    }
    Ok(())
}

/// Returns whether it is new.
pub(super) async fn insert(
    db: &mut PgConnection,
    message: MessageId,
    user: UserId,
    emoji: &Emoji,
) -> Result<bool, Error> {
    let added = query!(
        "WITH added AS (
             INSERT INTO reactions (message_id, emoji, user_id) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING RETURNING message_id)
         UPDATE messages SET reactions = reactions + 1 FROM added WHERE id = added.message_id",
        message.0,
        emoji.as_str(),
        user.0,
    )
    .execute(db)
    .await?;
    Ok(added.rows_affected() > 0)
}

/// Returns whether it was there.
pub(super) async fn delete(
    db: &mut PgConnection,
    message: MessageId,
    user: UserId,
    emoji: &Emoji,
) -> Result<bool, Error> {
    let removed = query!(
        "WITH removed AS (
             DELETE FROM reactions WHERE message_id = $1 AND emoji = $2 AND user_id = $3
             RETURNING message_id)
         UPDATE messages SET reactions = reactions - 1 FROM removed WHERE id = removed.message_id",
        message.0,
        emoji.as_str(),
        user.0,
    )
    .execute(db)
    .await?;
    Ok(removed.rows_affected() > 0)
}

/// Takes all reactions off a message.
pub(in crate::messages) async fn clear(
    db: &mut PgConnection,
    message: MessageId,
) -> Result<(), Error> {
    query!(
        "WITH removed AS (DELETE FROM reactions WHERE message_id = $1)
         UPDATE messages SET reactions = 0 WHERE id = $1",
        message.0,
    )
    .execute(db)
    .await?;
    Ok(())
}
