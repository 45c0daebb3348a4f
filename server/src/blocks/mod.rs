//! Blocks on PostgreSQL: whom somebody does not want to hear from. Nothing is published: it is told to
//! nobody, and each reader's own page hides what is hidden.

pub(crate) mod store;

use std::sync::Arc;

use app::{
    accounts::{Handle, User},
    blocks::Blocks,
    error::{AppError, ErrorCode},
    ids::UserId,
};
use async_trait::async_trait;
use sqlx::{PgConnection, PgPool};

use crate::{accounts, error::Error, hub::Hub, messages::Writer, rooms};

/// How many people one may block. A room's page brings all of them along.
const MOST: i64 = 500;

pub(crate) struct BlocksOnPostgres {
    pool: PgPool,
    writer: Writer,
    hub: Arc<Hub>,
}

impl BlocksOnPostgres {
    pub(crate) fn new(pool: PgPool, writer: Writer, hub: Arc<Hub>) -> Self {
        Self { pool, writer, hub }
    }

    /// Waits for the turn of the conversation that the two have, under whose lock the block is made:
    /// nothing is posted there after the answer.
    async fn block(&self, viewer: &User, whom: UserId) -> Result<(), Error> {
        let viewer = viewer.id;
        if viewer == whom {
            return Err(ErrorCode::PersonSelf.into());
        }
        let mut tx = self.pool.begin().await?;
        if let Some(room) = rooms::store::find_direct(&mut tx, [viewer, whom]).await? {
            drop(tx);
            let change = self.writer.change(room, viewer, move |turn| {
                Box::pin(async move {
                    insert(&mut turn.db, viewer, whom).await?;
                    Ok(((), None))
                })
            });
            change.await?;
        } else {
            insert(&mut tx, viewer, whom).await?;
            tx.commit().await?;
            self.await_turn(viewer, whom).await?;
        }
        self.hub.stir_person(viewer);
        Ok(())
    }

    /// One of the two may have begun to talk while the block was made, and posted before it was seen: that
    /// is done once there was a turn.
    async fn await_turn(&self, viewer: UserId, whom: UserId) -> Result<(), Error> {
        let mut db = self.pool.acquire().await?;
        let begun = rooms::store::find_direct(&mut db, [viewer, whom]).await?;
        drop(db);
        if let Some(room) = begun {
            let nothing = self
                .writer
                .change(room, viewer, |_| Box::pin(async { Ok(((), None)) }));
            nothing.await?;
        }
        Ok(())
    }

    async fn block_named(&self, viewer: &User, whom: &Handle) -> Result<(), Error> {
        let mut db = self.pool.acquire().await?;
        let found = accounts::store::find(&mut db, whom).await?;
        drop(db);
        let whom = found.ok_or(ErrorCode::PersonUnknown)?;
        self.block(viewer, whom.id).await
    }

    async fn unblock(&self, viewer: &User, whom: UserId) -> Result<(), Error> {
        let mut tx = self.pool.begin().await?;
        if store::delete(&mut tx, viewer.id, whom).await? {
            accounts::store::move_head(&mut tx, viewer.id).await?;
            tx.commit().await?;
            self.hub.stir_person(viewer.id);
        }
        Ok(())
    }

    async fn read_list(&self, viewer: &User) -> Result<Vec<User>, Error> {
        let mut db = self.pool.acquire().await?;
        store::list(&mut db, viewer.id).await
    }
}

/// What is new in the viewer's rooms has changed by it, on all of their devices.
async fn insert(db: &mut PgConnection, viewer: UserId, whom: UserId) -> Result<(), Error> {
    if store::insert(db, viewer, whom).await? {
        if store::count(db, viewer).await? > MOST {
            return Err(ErrorCode::Full.into());
        }
        accounts::store::move_head(db, viewer).await?;
    }
    Ok(())
}

#[async_trait]
impl Blocks for BlocksOnPostgres {
    async fn add(&self, viewer: &User, user: UserId) -> Result<(), AppError> {
        Ok(self.block(viewer, user).await?)
    }

    async fn add_named(&self, viewer: &User, handle: &Handle) -> Result<(), AppError> {
        Ok(self.block_named(viewer, handle).await?)
    }

    async fn remove(&self, viewer: &User, user: UserId) -> Result<(), AppError> {
        Ok(self.unblock(viewer, user).await?)
    }

    async fn list(&self, viewer: &User) -> Result<Vec<User>, AppError> {
        Ok(self.read_list(viewer).await?)
    }
}
