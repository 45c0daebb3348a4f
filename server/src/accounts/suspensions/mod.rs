//! Suspension: those who run this installation keep somebody from signing in.

mod store;

use app::{
    accounts::{Handle, User},
    error::ErrorCode,
};
use sqlx::PgPool;

use super::{sessions, store as accounts};
use crate::error::Error;

/// Keeps somebody from signing in, for so many days or until they are reinstated. Their sessions end, and
/// within two seconds their sockets on every node: each finds that the person's standing has changed.
/// Suspending again says how long it is from now on. A deletion that they have asked for waits until a
/// week after the suspension, since they could not take it back; if that has no end, it does not wait.
///
/// # Errors
///
/// `person_unknown`, or when the database fails.
pub async fn suspend(
    pool: &PgPool,
    whom: &Handle,
    days: Option<u16>,
    because: &str,
) -> Result<User, Error> {
    let mut tx = pool.begin().await?;
    let found = accounts::find(&mut tx, whom).await?;
    let user = found.ok_or(ErrorCode::PersonUnknown)?;
    store::suspend(&mut tx, user.id, days.map(i32::from), because).await?;
    sessions::store::delete_others(&mut tx, user.id, None).await?;
    accounts::move_head(&mut tx, user.id).await?;
    tx.commit().await?;
    Ok(user)
}

/// Lets somebody sign in again. Returns who it is, and why they were suspended, if they were.
///
/// # Errors
///
/// `person_unknown`, or when the database fails.
pub async fn reinstate(pool: &PgPool, whom: &Handle) -> Result<(User, Option<String>), Error> {
    let mut db = pool.acquire().await?;
    let found = accounts::find(&mut db, whom).await?;
    let user = found.ok_or(ErrorCode::PersonUnknown)?;
    let because = store::reinstate(&mut db, user.id).await?;
    Ok((user, because))
}
