//! Carries out the deletions that are due.
//!
//! The account goes first, in one transaction: from then on nobody can sign in to it, take it back or
//! find it, and everything that follows is said and done by a deleted account. Then its rooms, one
//! step a transaction. Each step finds by itself what is left to be done, so that a node may be killed
//! anywhere in between, and the next one goes on.

use std::sync::Arc;

use app::{
    accounts::{Handle, User},
    deletions::Fate,
    ids::RoomId,
};
use sqlx::PgPool;
use uuid::Uuid;

use super::store::{self, Leaving};
use crate::{
    accounts,
    error::Error,
    hub::{Hub, Limits, bus::MemoryBus},
    messages::{Writer, partings},
    rooms,
};

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

    /// Ends every account whose time has come. One that cannot be ended now keeps no other waiting.
    ///
    /// # Errors
    ///
    /// When it cannot be found out which these are.
    pub async fn carry_out_due(&self) -> Result<(), Error> {
        let mut db = self.pool.acquire().await?;
        let due = store::due(&mut db).await?;
        drop(db);
        for leaving in due {
            let id = leaving.user.id;
            match self.carry_out(leaving).await {
                Ok(()) => tracing::info!(user.id = %id, "an account was deleted"),
                Err(error) => tracing::error!(
                    user.id = %id,
                    error = &error as &dyn std::error::Error,
                    "a deletion has stopped half-way; the next time it goes on"
                ),
            }
        }
        let mut db = self.pool.acquire().await?;
        store::scrub_reports(&mut db).await
    }

    async fn carry_out(&self, leaving: Leaving) -> Result<(), Error> {
        let user = if leaving.gone {
            leaving.user
        } else {
            match self.end_account(leaving.user).await? {
                Some(nobody) => nobody,
                // Taken back just now.
                None => return Ok(()),
            }
        };
        let mut db = self.pool.acquire().await?;
        let rooms = store::memberships(&mut db, user.id).await?;
        drop(db);
        for room in rooms {
            self.leave(&user, room).await?;
        }
        while let Some(room) = self.next_room(&user).await? {
            // A request that was under way when the account went may have joined another one.
            self.leave(&user, room).await?;
            if leaving.messages == Fate::Erase {
                self.erase(&user, room).await?;
            }
            self.unreact(&user, room).await?;
            let mut db = self.pool.acquire().await?;
            store::forget(&mut db, user.id, room).await?;
        }
        let mut db = self.pool.acquire().await?;
        store::finish(&mut db, user.id).await
    }

    /// Returns what is left of the person. None when the account is not to end any more.
    async fn end_account(&self, user: User) -> Result<Option<User>, Error> {
        let handle = handle_of_nobody()?;
        let mut tx = self.pool.begin().await?;
        if !store::scrub(&mut tx, user.id, &handle).await? {
            return Ok(None);
        }
        accounts::store::move_head(&mut tx, user.id).await?;
        tx.commit().await?;
        // Their sockets on this node end at once; the others find it within a second.
        self.hub.hurry();
        Ok(Some(User {
            id: user.id,
            handle,
        }))
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

    /// A turn of the room for a few messages at a time: what others say comes in between.
    async fn erase(&self, user: &User, room: RoomId) -> Result<(), Error> {
        let author = user.id;
        let mut next = Some(Uuid::nil());
        while let Some(from) = next {
            next = self
                .writer
                .change(room, author, move |turn| {
                    Box::pin(partings::erase_some(turn, room, author, from))
                })
                .await?;
        }
        Ok(())
    }

    async fn unreact(&self, user: &User, room: RoomId) -> Result<(), Error> {
        let user = user.id;
        let mut more = true;
        while more {
            more = self
                .writer
                .change(room, user, move |turn| {
                    Box::pin(partings::unreact_some(turn, room, user))
                })
                .await?;
        }
        Ok(())
    }
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
