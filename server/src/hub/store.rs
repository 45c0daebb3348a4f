//! The SQL by which a node keeps itself up to date: heads, and who may still listen.

use std::collections::{HashMap, HashSet};

use app::{
    accounts::{Privacy, User},
    ids::{Epoch, RoomId, UserId},
};
use sqlx::{PgPool, query, query_scalar};
use uuid::Uuid;

use crate::{
    accounts::{self, SessionKey},
    error::Error,
};

/// The last numbers of what a node asked for. What has none is left out.
#[derive(Debug, Default)]
pub(super) struct Heads {
    pub(super) epoch: Option<Epoch>,
    pub(super) rooms: Vec<(RoomId, i64)>,
    pub(super) users: Vec<(UserId, i64)>,
    /// Of profiles, those that have changed within the minute.
    pub(super) profiles: Vec<(UserId, i64)>,
    /// Those of them that were seen to look otherwise, with the version since which they do.
    pub(super) pictures: HashMap<UserId, i64>,
}

pub(super) async fn heads(pool: &PgPool, rooms: &[Uuid], users: &[Uuid]) -> Result<Heads, Error> {
    let rows = query!(
        r#"SELECT 'room' AS "kind!", room_id AS "id!", last_seq AS "version!"
           FROM room_heads WHERE room_id = ANY ($1)
           UNION ALL
           SELECT 'user', user_id, version FROM user_heads WHERE user_id = ANY ($2)
           UNION ALL
           SELECT 'profile', user_id, version FROM profiles
           WHERE changed_at > now() - interval '60 seconds'
           UNION ALL
           SELECT 'picture', user_id, picture_version FROM profiles
           WHERE changed_at > now() - interval '60 seconds'
               AND picture_changed_at > now() - interval '60 seconds'
           UNION ALL
           SELECT 'epoch', epoch, 0 FROM installation"#,
        rooms,
        users,
    )
    .fetch_all(pool)
    .await?;
    let mut heads = Heads::default();
    for row in rows {
        match row.kind.as_str() {
            "room" => heads.rooms.push((RoomId(row.id), row.version)),
            "user" => heads.users.push((UserId(row.id), row.version)),
            "profile" => heads.profiles.push((UserId(row.id), row.version)),
            "picture" => {
                heads.pictures.insert(UserId(row.id), row.version);
            }
            _ => heads.epoch = Some(Epoch(row.id)),
        }
    }
    Ok(heads)
}

/// The rooms that these people are members of, each with its head.
pub(super) async fn memberships(
    pool: &PgPool,
    users: &[Uuid],
) -> Result<Vec<(UserId, RoomId, i64)>, Error> {
    let rows = query!(
        "SELECT user_id, room_id, last_seq FROM members JOIN room_heads USING (room_id)
         WHERE user_id = ANY ($1)",
        users,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (UserId(row.user_id), RoomId(row.room_id), row.last_seq))
        .collect())
}

/// Who these people are, and what they let others see of them.
pub(super) async fn people(pool: &PgPool, users: &[Uuid]) -> Result<Vec<(User, Privacy)>, Error> {
    let rows = query!(
        "SELECT id, handle, invisible, hides_reading FROM users WHERE id = ANY ($1)",
        users
    )
    .fetch_all(pool)
    .await?;
    let people = rows.into_iter().map(|row| {
        let privacy = Privacy {
            shows_presence: !row.invisible,
            shows_reading: !row.hides_reading,
        };
        Ok((accounts::user(row.id, &row.handle)?, privacy))
    });
    people.collect()
}

/// The conversations of these people that have ended: by a block, or since the other's account is gone.
pub(super) async fn ended(pool: &PgPool, users: &[Uuid]) -> Result<HashSet<RoomId>, Error> {
    let rooms = query_scalar!(
        r#"SELECT room_id AS "room_id!" FROM blocks JOIN direct_pairs
             ON low_id = least(user_id, blocked_id) AND high_id = greatest(user_id, blocked_id)
         WHERE user_id = ANY ($1) OR blocked_id = ANY ($1)
         UNION
         SELECT room_id FROM direct_pairs JOIN users ON users.id IN (low_id, high_id)
         WHERE deleted_at IS NOT NULL AND (low_id = ANY ($1) OR high_id = ANY ($1))"#,
        users,
    )
    .fetch_all(pool)
    .await?;
    Ok(rooms.into_iter().map(RoomId).collect())
}

/// Which of these sessions still stand. Those of somebody who is suspended do not.
pub(super) async fn standing_sessions(
    pool: &PgPool,
    sessions: &[SessionKey],
) -> Result<HashSet<SessionKey>, Error> {
    let hashes: Vec<_> = sessions
        .iter()
        .map(|session| session.as_bytes().to_vec())
        .collect();
    let standing: HashSet<Vec<u8>> = query_scalar!(
        "SELECT token_hash FROM sessions JOIN users ON users.id = user_id
         WHERE token_hash = ANY ($1) AND expires_at > now()
           AND last_seen_at > now() - interval '30 days'
           AND coalesce(suspended_until <= now(), true)",
        &hashes,
    )
    .fetch_all(pool)
    .await?
    .into_iter()
    .collect();
    let sessions = sessions.iter();
    Ok(sessions
        .filter(|session| standing.contains(session.as_bytes()))
        .cloned()
        .collect())
}
