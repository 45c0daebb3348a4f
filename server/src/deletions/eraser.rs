//! Carries out the deletions that are due.
//!
//! The account goes first, in one transaction: from then on nobody can sign in to it, take it back or
//! find it, and everything that follows is said and done by a deleted account. Then its rooms, one
//! step a transaction, and once more what a request that was under way has left behind. Each step finds by itself what is left to be done, so that a node may be killed
//! anywhere in between, and the next one goes on.

use std::sync::Arc;

use app::{
    accounts::{Handle, User},
    deletions::Fate,
    ids::{RoomId, UserId},
};
use sqlx::PgPool;
use uuid::Uuid;

use super::store::{self, Leaving};
use crate::{
    accounts,
    error::Error,
    hub::{Hub, Limits, bus::MemoryBus},
    media,
    messages::{Writer, partings},
    rooms,
};

/// How many steps behind one account are taken before the next one is looked at.
const MOST_STEPS: usize = 500;

/// Ends accounts.
pub struct Eraser {
    pool: PgPool,
    writer: Writer,
    hub: Arc<Hub>,
}

/// What is left of a handle: random, so that it tells nothing of whose it was.
fn handle_of_nobody() -> Result<Handle, Error> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)?;
    let digits = u64::from_le_bytes(bytes) >> 16;
    Ok(Handle::parse(&format!("{}{digits:012x}", Handle::DELETED))?)
}

impl Eraser {
    pub(crate) fn new(pool: PgPool, writer: Writer, hub: Arc<Hub>) -> Self {
        Self { pool, writer, hub }
    }

    /// A node that does nothing else. Others hear of what it does by comparing with the database.
    pub fn alone(pool: PgPool) -> Self {
        let (hub, _) = Hub::new(Arc::new(MemoryBus), Limits::default());
        let hub = Arc::new(hub);
        let writer = Writer::start(&pool, &hub);
        Self::new(pool, writer, hub)
    }

    /// Ends every account whose time has come, and then clears up behind those that have ended. One with
    /// which that fails, or takes long, keeps no other waiting.
    ///
    /// # Errors
    ///
    /// When it cannot be found out which these are.
    pub async fn carry_out_due(&self) -> Result<(), Error> {
        self.end_due().await?;
        self.clear_up_behind_all().await?;
        let mut db = self.pool.acquire().await?;
        store::scrub_reports(&mut db).await
    }

    async fn end_due(&self) -> Result<(), Error> {
        let mut last = None;
        loop {
            let mut db = self.pool.acquire().await?;
            let due = store::due(&mut db, last).await?;
            drop(db);
            let Some(user) = due.last() else {
                return Ok(());
            };
            last = Some(user.id);
            for user in due {
                if let Err(error) = self.end_account(user.id).await {
                    has_stopped(user.id, &error);
                }
            }
        }
    }

    async fn clear_up_behind_all(&self) -> Result<(), Error> {
        let mut last = None;
        loop {
            let mut db = self.pool.acquire().await?;
            let gone = store::leaving(&mut db, last).await?;
            drop(db);
            let Some(leaving) = gone.last() else {
                return Ok(());
            };
            last = Some(leaving.user.id);
            for leaving in gone {
                let id = leaving.user.id;
                match self.clear_up(leaving).await {
                    Ok(true) => tracing::info!(user.id = %id, "an account was deleted"),
                    Ok(false) => {}
                    Err(error) => has_stopped(id, &error),
                }
            }
        }
    }

    /// Returns whether nothing is left to be done.
    async fn clear_up(&self, leaving: Leaving) -> Result<bool, Error> {
        let user = leaving.user;
        let mut db = self.pool.acquire().await?;
        let rooms = store::memberships(&mut db, user.id).await?;
        drop(db);
        for room in rooms {
            self.leave(&user, room).await?;
        }
        let mut steps = MOST_STEPS;
        while let Some(room) = self.next_room(&user).await? {
            // A request that was under way when the account went may have joined another one.
            self.leave(&user, room).await?;
            let erased =
                leaving.messages == Fate::Keep || self.erase(&user, room, &mut steps).await?;
            if !erased || !self.unreact(&user, room, &mut steps).await? {
                return Ok(false);
            }
            let mut db = self.pool.acquire().await?;
            store::forget(&mut db, user.id, room).await?;
        }
        let mut db = self.pool.acquire().await?;
        store::finish(&mut db, user.id).await
    }

    /// Nothing happens when the account is not to end any more.
    async fn end_account(&self, user: UserId) -> Result<(), Error> {
        let handle = handle_of_nobody()?;
        let mut tx = self.pool.begin().await?;
        if store::scrub(&mut tx, user, &handle).await? {
            media::store::doom_drafts(&mut tx, user).await?;
            accounts::store::move_head(&mut tx, user).await?;
            tx.commit().await?;
            // Their sockets on this node end at once; the others find it within a second.
            self.hub.hurry();
        }
        Ok(())
    }

    async fn next_room(&self, user: &User) -> Result<Option<RoomId>, Error> {
        let mut db = self.pool.acquire().await?;
        store::next_room(&mut db, user.id).await
    }

    /// As anybody leaves, and conversations of two as well.
    async fn leave(&self, user: &User, room: RoomId) -> Result<(), Error> {
        let user = user.clone();
        self.writer
            .change(room, user.id, move |turn| {
                Box::pin(async move {
                    let line = rooms::members::part(turn, room, &user).await?;
                    Ok(((), line))
                })
            })
            .await
    }

    /// A turn of the room for a few messages at a time: what others say comes in between. Returns whether
    /// it has come to the end.
    async fn erase(&self, user: &User, room: RoomId, steps: &mut usize) -> Result<bool, Error> {
        let author = user.id;
        let mut after = None;
        while takes_a_step(steps) {
            let mut db = self.pool.acquire().await?;
            let said = partings::find_said(&mut db, room, author, after).await?;
            drop(db);
            let Some(said) = said else { return Ok(true) };
            after = said.last;
            self.writer
                .change(room, author, move |turn| {
                    Box::pin(partings::erase(turn, room, said.ids))
                })
                .await?;
        }
        Ok(false)
    }

    async fn unreact(&self, user: &User, room: RoomId, steps: &mut usize) -> Result<bool, Error> {
        let user = user.id;
        let mut after = Uuid::nil();
        while takes_a_step(steps) {
            let mut db = self.pool.acquire().await?;
            let reacted = partings::find_reacted(&mut db, room, user, after).await?;
            drop(db);
            let Some(last) = reacted.last() else {
                return Ok(true);
            };
            after = *last;
            self.writer
                .change(room, user, move |turn| {
                    Box::pin(partings::unreact(turn, room, user, reacted))
                })
                .await?;
        }
        Ok(false)
    }
}

/// Whether there is a step left to be taken, which it then is.
fn takes_a_step(steps: &mut usize) -> bool {
    let left = steps.checked_sub(1);
    *steps = left.unwrap_or_default();
    left.is_some()
}

fn has_stopped(user: UserId, error: &Error) {
    tracing::error!(
        user.id = %user,
        error = error as &dyn std::error::Error,
        "a deletion has stopped half-way; the next time it goes on"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_handle_is_random_and_says_that_the_account_is_gone() {
        let (one, other) = (handle_of_nobody().unwrap(), handle_of_nobody().unwrap());
        assert_ne!(one, other);
        assert!(one.is_deleted());
        assert_eq!(one.as_str().len(), Handle::DELETED.len() + 12);
    }
}
