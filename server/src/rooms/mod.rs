//! Rooms on PostgreSQL: each use case is allow → store → publish.

mod policy;
pub(crate) mod store;

use std::sync::Arc;

use app::{
    accounts::User,
    error::{AppError, ErrorCode},
    ids::RoomId,
    messages::MessageKind,
    rooms::{Room, RoomKind, RoomName, RoomSummary, RoomView, Rooms},
};
use async_trait::async_trait;
use sqlx::PgPool;

pub(crate) use self::policy::{Standing, may_join, may_read, may_write};
use crate::{
    error::Error,
    hub::Hub,
    messages::{self, store::NewRow},
};

pub(crate) struct RoomsOnPostgres {
    pool: PgPool,
    hub: Arc<Hub>,
}

impl RoomsOnPostgres {
    pub(crate) fn new(pool: PgPool, hub: Arc<Hub>) -> Self {
        Self { pool, hub }
    }

    async fn insert(&self, viewer: &User, room: &Room) -> Result<(), Error> {
        let mut tx = self.pool.begin().await?;
        store::insert(&mut tx, room, viewer.id).await?;
        messages::store::insert(
            &mut tx,
            room.id,
            viewer,
            1,
            NewRow::Line(MessageKind::Created),
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }

    async fn make_member(&self, viewer: &User, room: RoomId) -> Result<Room, Error> {
        let _turn = self.hub.turn(room).await;
        let mut tx = self.pool.begin().await?;
        let seq = store::lock_head(&mut tx, room).await?.last_seq + 1;
        let standing = store::standing(&mut tx, room, Some(viewer.id)).await?;
        may_join(standing)?;
        if standing.is_member() {
            return store::get(&mut tx, room).await;
        }
        store::insert_member(&mut tx, room, viewer.id, "member", seq).await?;
        let line = messages::store::insert(
            &mut tx,
            room,
            viewer,
            seq,
            NewRow::Line(MessageKind::Joined),
        )
        .await?;
        store::move_head(&mut tx, room, seq, 0).await?;
        let joined = store::get(&mut tx, room).await?;
        tx.commit().await?;
        self.hub.publish(messages::one_change(room, line));
        Ok(joined)
    }
}

#[async_trait]
impl Rooms for RoomsOnPostgres {
    async fn list(&self, viewer: Option<&User>) -> Result<Vec<RoomSummary>, AppError> {
        let mut db = self.pool.acquire().await.map_err(Error::from)?;
        Ok(store::list(&mut db, viewer.map(|viewer| viewer.id)).await?)
    }

    async fn create(
        &self,
        viewer: &User,
        name: RoomName,
        kind: RoomKind,
    ) -> Result<Room, AppError> {
        let room = Room {
            id: RoomId::new(),
            name,
            kind,
        };
        self.insert(viewer, &room).await?;
        Ok(room)
    }

    async fn join(&self, viewer: &User, room: RoomId) -> Result<Room, AppError> {
        Ok(self.make_member(viewer, room).await?)
    }

    async fn open(&self, viewer: Option<&User>, room: RoomId) -> Result<RoomView, AppError> {
        let mut db = self.pool.acquire().await.map_err(Error::from)?;
        let standing = store::standing(&mut db, room, viewer.map(|viewer| viewer.id)).await?;
        may_read(standing).map_err(Error::from)?;
        let found = store::get(&mut db, room).await?;
        let members = store::count_members(&mut db, room).await?;
        Ok(RoomView {
            room: found,
            members,
            joined: standing.is_member(),
        })
    }
}

/// A room that is unknown and one that must stay unknown are the same.
pub(crate) fn unknown() -> Error {
    ErrorCode::RoomUnknown.into()
}
