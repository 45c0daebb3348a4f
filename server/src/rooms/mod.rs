//! Rooms on PostgreSQL: each use case is allow → store → publish.

mod policy;
pub(crate) mod store;

use app::{
    accounts::User,
    error::{AppError, ErrorCode},
    ids::{RoomId, UserId},
    messages::MessageKind,
    rooms::{Room, RoomKind, RoomName, RoomSummary, RoomView, Rooms},
};
use async_trait::async_trait;
use sqlx::PgPool;

pub(crate) use self::policy::{
    Role, Standing, may_delete, may_edit, may_join, may_read, may_remove, may_write,
};
use crate::{
    accounts,
    error::Error,
    messages::{self, Writer},
};

pub(crate) struct RoomsOnPostgres {
    pool: PgPool,
    writer: Writer,
}

impl RoomsOnPostgres {
    pub(crate) fn new(pool: PgPool, writer: Writer) -> Self {
        Self { pool, writer }
    }

    async fn insert(&self, viewer: &User, room: &Room) -> Result<(), Error> {
        let mut tx = self.pool.begin().await?;
        store::insert(&mut tx, room, viewer.id).await?;
        let created = MessageKind::Created;
        messages::store::insert_line(&mut tx, room.id, viewer, 1, created).await?;
        accounts::store::move_head(&mut tx, viewer.id).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn make_member(&self, viewer: &User, room: RoomId) -> Result<Room, Error> {
        let viewer = viewer.clone();
        let change = move |pool: PgPool| async move {
            let mut tx = pool.begin().await?;
            let seq = store::lock_head(&mut tx, room).await? + 1;
            let (standing, _) = store::standing(&mut tx, room, Some(viewer.id)).await?;
            may_join(standing)?;
            let joined = store::get(&mut tx, room).await?;
            if standing.is_member() {
                return Ok((joined, None));
            }
            store::insert_member(&mut tx, room, viewer.id, "member", seq).await?;
            let line = MessageKind::Joined;
            let line = messages::store::insert_line(&mut tx, room, &viewer, seq, line).await?;
            store::move_head(&mut tx, room, seq).await?;
            accounts::store::move_head(&mut tx, viewer.id).await?;
            tx.commit().await?;
            Ok((joined, Some(messages::one_change(room, line))))
        };
        self.writer
            .change(room, move |pool| Box::pin(change(pool)))
            .await
    }

    /// Ends the membership of `user`, whose own wish it is, or the viewer's.
    async fn end_membership(&self, viewer: &User, room: RoomId, user: UserId) -> Result<(), Error> {
        let viewer = viewer.id;
        let change = move |pool: PgPool| async move {
            let mut tx = pool.begin().await?;
            let seq = store::lock_head(&mut tx, room).await? + 1;
            let (standing, _) = store::standing(&mut tx, room, Some(viewer)).await?;
            let own = viewer == user;
            if own {
                may_read(standing)?;
            } else {
                may_remove(standing)?;
            }
            let Some(member) = store::member(&mut tx, room, user).await? else {
                return if own {
                    Ok(((), None))
                } else {
                    Err(ErrorCode::MemberUnknown.into())
                };
            };
            store::delete_member(&mut tx, room, user, seq).await?;
            let line = if own {
                MessageKind::Left
            } else {
                MessageKind::Removed
            };
            let line = messages::store::insert_line(&mut tx, room, &member, seq, line).await?;
            store::move_head(&mut tx, room, seq).await?;
            accounts::store::move_head(&mut tx, user).await?;
            tx.commit().await?;
            Ok(((), Some(messages::one_change(room, line))))
        };
        self.writer
            .change(room, move |pool| Box::pin(change(pool)))
            .await
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

    async fn leave(&self, viewer: &User, room: RoomId) -> Result<(), AppError> {
        Ok(self.end_membership(viewer, room, viewer.id).await?)
    }

    async fn remove(&self, viewer: &User, room: RoomId, user: UserId) -> Result<(), AppError> {
        Ok(self.end_membership(viewer, room, user).await?)
    }

    async fn open(&self, viewer: Option<&User>, room: RoomId) -> Result<RoomView, AppError> {
        let mut db = self.pool.acquire().await.map_err(Error::from)?;
        let (standing, _) = store::standing(&mut db, room, viewer.map(|viewer| viewer.id)).await?;
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
