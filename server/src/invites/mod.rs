//! Invites on PostgreSQL: each use case is allow → store → publish.

mod store;

use app::{
    accounts::{Browser, User},
    error::{AppError, ErrorCode},
    ids::RoomId,
    invites::{Expiry, Invite, InviteCode, InviteView, Invites, MaxUses},
    rooms::Room,
};
use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sqlx::PgPool;

use crate::{
    attempts::{Attempts, FOLLOW_INVITE, INVITE, Whom},
    error::Error,
    messages::Writer,
    rooms::{self, Standing, may_keep_order},
};

pub(crate) struct InvitesOnPostgres {
    pool: PgPool,
    attempts: Attempts,
    writer: Writer,
}

/// 128 random bits.
fn new_code() -> Result<InviteCode, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(InviteCode::parse(&URL_SAFE_NO_PAD.encode(bytes))?)
}

/// Whatever keeps a link from working has one answer, which tells nothing of the room.
fn unknown() -> Error {
    ErrorCode::InviteUnknown.into()
}

impl InvitesOnPostgres {
    pub(crate) fn new(pool: PgPool, attempts: Attempts, writer: Writer) -> Self {
        Self {
            pool,
            attempts,
            writer,
        }
    }

    /// Codes are not found by trying them.
    async fn follow(&self, browser: &Browser) -> Result<(), Error> {
        self.attempts
            .spend(FOLLOW_INVITE, Whom::Address(browser.address))
            .await
    }

    async fn make(
        &self,
        viewer: &User,
        room: RoomId,
        expiry: Expiry,
        max_uses: MaxUses,
    ) -> Result<Invite, Error> {
        self.attempts
            .spend(INVITE, Whom::Name(viewer.id.0.as_bytes()))
            .await?;
        let mut db = self.pool.acquire().await?;
        let (standing, _) = rooms::store::standing(&mut db, room, Some(viewer.id)).await?;
        may_keep_order(standing)?;
        let code = new_code()?;
        let expires_at = store::insert(&mut db, &code, room, viewer.id, expiry, max_uses).await?;
        Ok(Invite {
            code,
            created_by: viewer.clone(),
            expires_at,
            max_uses: max_uses.limit(),
            uses: 0,
        })
    }

    async fn read_list(&self, viewer: &User, room: RoomId) -> Result<Vec<Invite>, Error> {
        let mut db = self.pool.acquire().await?;
        let (standing, _) = rooms::store::standing(&mut db, room, Some(viewer.id)).await?;
        may_keep_order(standing)?;
        store::list(&mut db, room).await
    }

    async fn end(&self, viewer: &User, code: &InviteCode) -> Result<(), Error> {
        let mut db = self.pool.acquire().await?;
        let (room, _) = store::find(&mut db, code).await?.ok_or_else(unknown)?;
        let (standing, _) = rooms::store::standing(&mut db, room, Some(viewer.id)).await?;
        if !standing.is_member() {
            return Err(unknown());
        }
        may_keep_order(standing)?;
        store::revoke(&mut db, code).await
    }

    async fn read(&self, viewer: Option<&User>, code: &InviteCode) -> Result<InviteView, Error> {
        let viewer = viewer.map(|viewer| viewer.id);
        let mut db = self.pool.acquire().await?;
        let (room, works) = store::find(&mut db, code).await?.ok_or_else(unknown)?;
        let (standing, _) = rooms::store::standing(&mut db, room, viewer).await?;
        match standing {
            Standing::Member { .. } => {}
            Standing::Outside(_) if works => {}
            _ => return Err(unknown()),
        }
        let found = rooms::store::get(&mut db, room, viewer).await?;
        Ok(InviteView {
            name: found.room.name,
            topic: found.topic,
            members: rooms::members::store::count(&mut db, room).await?,
            room: standing.is_member().then_some(room),
        })
    }

    /// A use is taken under the lock of the room's head, together with the membership.
    async fn enter(&self, viewer: &User, code: &InviteCode) -> Result<Room, Error> {
        let mut db = self.pool.acquire().await?;
        let (room, _) = store::find(&mut db, code).await?.ok_or_else(unknown)?;
        drop(db);
        let (viewer, code) = (viewer.clone(), code.clone());
        self.writer
            .change(room, viewer.id, move |turn| {
                Box::pin(async move {
                    let db = &mut turn.db;
                    let joined = rooms::store::get(db, room, Some(viewer.id)).await?.room;
                    match turn.standing {
                        Standing::Member { .. } => return Ok((joined, None)),
                        Standing::Outside(_) if store::use_up(db, &code).await? => {}
                        _ => return Err(unknown()),
                    }
                    let line = rooms::members::add(turn, room, &viewer).await?;
                    Ok((joined, Some(line)))
                })
            })
            .await
    }
}

#[async_trait]
impl Invites for InvitesOnPostgres {
    async fn create(
        &self,
        viewer: &User,
        room: RoomId,
        expiry: Expiry,
        max_uses: MaxUses,
    ) -> Result<Invite, AppError> {
        Ok(self.make(viewer, room, expiry, max_uses).await?)
    }

    async fn list(&self, viewer: &User, room: RoomId) -> Result<Vec<Invite>, AppError> {
        Ok(self.read_list(viewer, room).await?)
    }

    async fn revoke(&self, viewer: &User, code: &InviteCode) -> Result<(), AppError> {
        Ok(self.end(viewer, code).await?)
    }

    async fn open(
        &self,
        viewer: Option<&User>,
        browser: &Browser,
        code: &InviteCode,
    ) -> Result<InviteView, AppError> {
        self.follow(browser).await?;
        Ok(self.read(viewer, code).await?)
    }

    async fn join(
        &self,
        viewer: &User,
        browser: &Browser,
        code: &InviteCode,
    ) -> Result<Room, AppError> {
        self.follow(browser).await?;
        Ok(self.enter(viewer, code).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_random_and_have_128_bits() {
        let (one, other) = (new_code().unwrap(), new_code().unwrap());
        assert_ne!(one, other);
        let bytes = URL_SAFE_NO_PAD.decode(one.as_str()).unwrap();
        assert_eq!(bytes.len() * 8, 128);
    }
}
