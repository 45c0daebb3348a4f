//! Rooms on PostgreSQL: each use case is allow → store → publish.

pub(crate) mod members;
mod policy;
pub(crate) mod store;

use std::collections::HashMap;

use app::{
    accounts::{Handle, User},
    error::{AppError, ErrorCode},
    ids::{RoomId, UserId},
    messages::MessageKind,
    rooms::{
        Mute, Role, Room, RoomAbout, RoomEdit, RoomKind, RoomName, RoomSummary, RoomView, Rooms,
    },
};
use async_trait::async_trait;
use sqlx::{PgConnection, PgPool};

pub(crate) use self::policy::{
    Standing, may_delete, may_edit, may_join, may_keep_order, may_pin, may_read, may_speak,
    may_write,
};
use crate::{
    accounts, blocks,
    error::Error,
    journeys,
    messages::{self, Writer, store::insert_line},
    reads,
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
        insert_line(&mut tx, room.id, viewer, 1, created, "").await?;
        accounts::store::move_head(&mut tx, viewer.id).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn open_direct(&self, viewer: &User, with: &Handle) -> Result<Room, Error> {
        let mut tx = self.pool.begin().await?;
        let other = accounts::store::find(&mut tx, with).await?;
        let other = other.ok_or(ErrorCode::PersonUnknown)?;
        if other.id == viewer.id {
            return Err(ErrorCode::PersonSelf.into());
        }
        let pair = [viewer.id, other.id];
        if blocks::store::is_between(&mut tx, pair).await? {
            return Err(ErrorCode::Blocked.into());
        }
        let known = store::find_direct(&mut tx, pair).await?;
        let new = RoomId::new();
        let id = match known {
            Some(room) => room,
            None if store::insert_direct(&mut tx, new, pair).await? => {
                accounts::store::move_heads(&mut tx, &pair).await?;
                tx.commit().await?;
                new
            }
            None => {
                // Somebody was faster, and has committed.
                tx.rollback().await?;
                let mut db = self.pool.acquire().await?;
                let made = store::find_direct(&mut db, pair).await?;
                made.ok_or_else(unknown)?
            }
        };
        Ok(Room {
            id,
            name: RoomName::parse(other.handle.as_str())?,
            kind: RoomKind::Direct,
        })
    }

    async fn make_member(&self, viewer: &User, room: RoomId) -> Result<Room, Error> {
        let viewer = viewer.clone();
        self.writer
            .change(room, viewer.id, move |turn| {
                Box::pin(async move {
                    may_join(turn.standing)?;
                    let joined = store::get(&mut turn.db, room, Some(viewer.id)).await?.room;
                    if turn.standing.is_member() {
                        return Ok((joined, None));
                    }
                    let line = members::add(turn, room, &viewer).await?;
                    Ok((joined, Some(line)))
                })
            })
            .await
    }

    /// A new name and a new topic each have a line; a description takes a number and says nothing.
    async fn change_room(&self, viewer: &User, room: RoomId, edit: RoomEdit) -> Result<(), Error> {
        let viewer = viewer.clone();
        self.writer
            .change(room, viewer.id, move |turn| {
                Box::pin(async move {
                    may_keep_order(turn.standing)?;
                    let known = store::get(&mut turn.db, room, Some(viewer.id)).await?;
                    let mut said = Vec::new();
                    if edit.name != known.room.name {
                        said.push((MessageKind::Renamed, edit.name.as_str()));
                    }
                    if edit.topic != known.topic {
                        said.push((MessageKind::Topic, edit.topic.as_str()));
                    }
                    if said.is_empty() && edit.description == known.description {
                        return Ok(((), None));
                    }
                    let (first, db) = (turn.seq, &mut turn.db);
                    let mut lines = Vec::new();
                    for ((kind, body), seq) in said.into_iter().zip(first..) {
                        let line = insert_line(db, room, &viewer, seq, kind, body);
                        lines.push(line.await?);
                    }
                    let last = lines.last().map_or(first, |line| line.seq);
                    store::update(db, room, &edit, last).await?;
                    store::move_head(db, room, last).await?;
                    Ok(((), Some(messages::changes(room, first, last, lines))))
                })
            })
            .await
    }

    /// The rooms that the viewer may find, with what is new in their own.
    async fn read_list(&self, viewer: Option<UserId>) -> Result<Vec<RoomSummary>, Error> {
        let mut db = self.pool.acquire().await?;
        let mut rooms = store::list(&mut db, viewer).await?;
        if let Some(viewer) = viewer {
            let unread = reads::store::unread(&mut db, viewer).await?;
            let unread: HashMap<_, _> = unread.into_iter().map(|new| (new.room, new)).collect();
            for summary in &mut rooms {
                if let Some(new) = unread.get(&summary.room.id) {
                    summary.unread = new.unread;
                    summary.mentions = new.mentions;
                    summary.mute = Some(new.mute);
                }
            }
        }
        Ok(rooms)
    }

    /// The people whom the viewer shares a room with.
    async fn read_people(&self, viewer: UserId, query: &str) -> Result<Vec<User>, Error> {
        let mut db = self.pool.acquire().await?;
        members::store::find_shared(&mut db, viewer, query.trim()).await
    }

    /// A room, and how the viewer stands to it.
    async fn read(
        db: &mut PgConnection,
        viewer: Option<UserId>,
        room: RoomId,
    ) -> Result<(RoomView, Standing), Error> {
        let (standing, _) = store::standing(db, room, viewer).await?;
        may_read(standing)?;
        let found = store::get(db, room, viewer).await?;
        let (mut read, mut unread) = (None, None);
        let (mut blocked, mut badges) = (Vec::new(), Vec::new());
        if let Some(viewer) = viewer {
            let of = (found.room.kind == RoomKind::Direct).then_some(room);
            blocked = blocks::store::ids(db, viewer, of).await?;
        }
        if let Some(member) = viewer.filter(|_| standing.is_member()) {
            let position = reads::store::position(db, room, member).await?;
            read = Some(position);
            unread = reads::store::first_unread(db, room, member, position).await?;
            badges = journeys::badges::of_room(db, room, member).await?;
        }
        let view = RoomView {
            room: found.room,
            topic: found.topic,
            description: found.description,
            members: members::store::count(db, room).await?,
            joined: standing.is_member(),
            role: standing.role(),
            read,
            unread,
            ended: standing.has_ended(),
            blocked,
            badges,
        };
        Ok((view, standing))
    }

    /// What is said of a room depends on the standing of who asks.
    async fn read_about(&self, viewer: Option<UserId>, room: RoomId) -> Result<RoomAbout, Error> {
        let mut db = self.pool.acquire().await?;
        let (view, standing) = Self::read(&mut db, viewer, room).await?;
        let mut about = RoomAbout {
            room: view.room,
            topic: view.topic,
            description: view.description,
            members: view.members,
            role: standing.role(),
            mute: None,
            people: Vec::new(),
            banned: Vec::new(),
            blocked: view.blocked,
        };
        if let Some(viewer) = viewer
            && may_write(standing).is_ok()
        {
            about.mute = members::store::mute(&mut db, room, viewer).await?;
            about.people = members::store::list(&mut db, room).await?;
        }
        if may_keep_order(standing).is_ok() {
            about.banned = members::store::banned(&mut db, room).await?;
        }
        Ok(about)
    }
}

#[async_trait]
impl Rooms for RoomsOnPostgres {
    async fn list(&self, viewer: Option<&User>) -> Result<Vec<RoomSummary>, AppError> {
        let viewer = viewer.map(|viewer| viewer.id);
        Ok(self.read_list(viewer).await?)
    }

    async fn people(&self, viewer: &User, query: &str) -> Result<Vec<User>, AppError> {
        Ok(self.read_people(viewer.id, query).await?)
    }

    async fn create(
        &self,
        viewer: &User,
        name: RoomName,
        kind: RoomKind,
    ) -> Result<Room, AppError> {
        // A conversation of two is opened with somebody.
        if kind == RoomKind::Direct {
            return Err(ErrorCode::RoomKindInvalid.into());
        }
        let room = Room {
            id: RoomId::new(),
            name,
            kind,
        };
        self.insert(viewer, &room).await?;
        Ok(room)
    }

    async fn direct(&self, viewer: &User, with: &Handle) -> Result<Room, AppError> {
        Ok(self.open_direct(viewer, with).await?)
    }

    async fn open(&self, viewer: Option<&User>, room: RoomId) -> Result<RoomView, AppError> {
        let mut db = self.pool.acquire().await.map_err(Error::from)?;
        let viewer = viewer.map(|viewer| viewer.id);
        Ok(Self::read(&mut db, viewer, room).await?.0)
    }

    async fn about(&self, viewer: Option<&User>, room: RoomId) -> Result<RoomAbout, AppError> {
        let viewer = viewer.map(|viewer| viewer.id);
        Ok(self.read_about(viewer, room).await?)
    }

    async fn update(&self, viewer: &User, room: RoomId, edit: RoomEdit) -> Result<(), AppError> {
        Ok(self.change_room(viewer, room, edit).await?)
    }

    async fn join(&self, viewer: &User, room: RoomId) -> Result<Room, AppError> {
        Ok(self.make_member(viewer, room).await?)
    }

    async fn leave(&self, viewer: &User, room: RoomId) -> Result<(), AppError> {
        Ok(self.end_own(viewer, room).await?)
    }

    async fn remove(&self, viewer: &User, room: RoomId, user: UserId) -> Result<(), AppError> {
        Ok(self.end_anothers(viewer, room, user).await?)
    }

    async fn set_role(
        &self,
        viewer: &User,
        room: RoomId,
        user: UserId,
        role: Role,
    ) -> Result<(), AppError> {
        Ok(self.give_role(viewer, room, user, role).await?)
    }

    async fn ban(&self, viewer: &User, room: RoomId, user: UserId) -> Result<(), AppError> {
        Ok(self.keep_out(viewer, room, user).await?)
    }

    async fn unban(&self, viewer: &User, room: RoomId, user: UserId) -> Result<(), AppError> {
        Ok(self.let_in(viewer, room, user).await?)
    }

    async fn set_mute(&self, viewer: &User, room: RoomId, level: Mute) -> Result<(), AppError> {
        Ok(self.choose_mute(viewer, room, level).await?)
    }
}

/// A room that is unknown and one that must stay unknown are the same.
pub(crate) fn unknown() -> Error {
    ErrorCode::RoomUnknown.into()
}
