//! Reads on PostgreSQL: how far each person has read, told to their other devices and to those who
//! may see it.

pub(crate) mod store;

use std::sync::Arc;

use app::{
    accounts::User,
    error::AppError,
    ids::RoomId,
    reads::{Reader, Reads, Unread},
};
use async_trait::async_trait;
use sqlx::PgPool;

use crate::{
    accounts,
    error::Error,
    hub::Hub,
    rooms::{self, may_speak, may_write},
};

/// In rooms with more members than this, nobody sees how far others have read.
const MOST_MEMBERS: i64 = 200;

pub(crate) struct ReadsOnPostgres {
    pool: PgPool,
    hub: Arc<Hub>,
}

impl ReadsOnPostgres {
    pub(crate) fn new(pool: PgPool, hub: Arc<Hub>) -> Self {
        Self { pool, hub }
    }

    async fn move_position(&self, viewer: &User, room: RoomId, seq: i64) -> Result<(), Error> {
        let mut tx = self.pool.begin().await?;
        let (standing, head) = rooms::store::standing(&mut tx, room, Some(viewer.id)).await?;
        may_write(standing)?;
        let seq = seq.min(head);
        if !store::read(&mut tx, room, viewer.id, seq).await? {
            return Ok(());
        }
        // Of a conversation that has ended neither tells the other anything.
        let shows = may_speak(standing).is_ok()
            && store::shows_reading(&mut tx, viewer.id).await?
            && rooms::members::store::count(&mut tx, room).await? <= MOST_MEMBERS;
        accounts::store::move_head(&mut tx, viewer.id).await?;
        tx.commit().await?;
        self.hub.reads(room, viewer.id, seq, shows);
        Ok(())
    }

    async fn move_back(&self, viewer: &User, room: RoomId, seq: i64) -> Result<(), Error> {
        let mut tx = self.pool.begin().await?;
        let (standing, _) = rooms::store::standing(&mut tx, room, Some(viewer.id)).await?;
        may_write(standing)?;
        store::mark_unread(&mut tx, room, viewer.id, seq).await?;
        accounts::store::move_head(&mut tx, viewer.id).await?;
        tx.commit().await?;
        self.hub.stir_person(viewer.id);
        Ok(())
    }

    async fn read_unread(&self, viewer: &User) -> Result<Vec<Unread>, Error> {
        let mut db = self.pool.acquire().await?;
        store::unread(&mut db, viewer.id).await
    }

    async fn read_readers(&self, viewer: &User, room: RoomId) -> Result<Vec<Reader>, Error> {
        let mut db = self.pool.acquire().await?;
        let (standing, _) = rooms::store::standing(&mut db, room, Some(viewer.id)).await?;
        may_write(standing)?;
        if may_speak(standing).is_err()
            || !store::shows_reading(&mut db, viewer.id).await?
            || rooms::members::store::count(&mut db, room).await? > MOST_MEMBERS
        {
            return Ok(Vec::new());
        }
        store::readers(&mut db, room, viewer.id).await
    }
}

#[async_trait]
impl Reads for ReadsOnPostgres {
    async fn read(&self, viewer: &User, room: RoomId, seq: i64) -> Result<(), AppError> {
        Ok(self.move_position(viewer, room, seq).await?)
    }

    async fn mark_unread(&self, viewer: &User, room: RoomId, seq: i64) -> Result<(), AppError> {
        Ok(self.move_back(viewer, room, seq).await?)
    }

    async fn unread(&self, viewer: &User) -> Result<Vec<Unread>, AppError> {
        Ok(self.read_unread(viewer).await?)
    }

    async fn readers(&self, viewer: &User, room: RoomId) -> Result<Vec<Reader>, AppError> {
        Ok(self.read_readers(viewer, room).await?)
    }
}
