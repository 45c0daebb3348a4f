//! Messages on PostgreSQL: each use case is allow → store → publish, in this order, and the answer
//! comes after the commit.

pub(crate) mod store;

use std::sync::Arc;

use app::{
    accounts::User,
    error::{AppError, ErrorCode},
    ids::{Epoch, RoomId},
    messages::{CaughtUp, Changes, Message, Messages, Page, Posting, Sent},
};
use async_trait::async_trait;
use sqlx::PgPool;

use self::store::NewRow;
use crate::{
    error::Error,
    hub::Hub,
    rooms::{self, may_read, may_write},
};

/// A client that has missed more changes than this fetches a page instead.
const MOST_CHANGES: i64 = 500;

pub(crate) struct MessagesOnPostgres {
    pool: PgPool,
    hub: Arc<Hub>,
}

impl MessagesOnPostgres {
    pub(crate) fn new(pool: PgPool, hub: Arc<Hub>) -> Self {
        Self { pool, hub }
    }

    async fn post(&self, viewer: &User, posting: &Posting) -> Result<Sent, Error> {
        let room = posting.room;
        let _turn = self.hub.turn(room).await;
        let mut tx = self.pool.begin().await?;
        // First the lock, then a look for the same send, then the insert: whoever comes second
        // sees what the first has committed, and no number is taken in vain.
        let head = rooms::store::lock_head(&mut tx, room).await?;
        may_write(rooms::store::standing(&mut tx, room, Some(viewer.id)).await?)?;
        let first = store::find_send(&mut tx, room, viewer.id, posting.id).await?;
        let message = match first {
            Some(first) if first.body != posting.body.as_str() => {
                return Err(ErrorCode::IdReused.into());
            }
            Some(first) => first,
            None => {
                let (seq, number) = (head.last_seq + 1, head.last_message_no + 1);
                let row = NewRow::Text { posting, number };
                let message = store::insert(&mut tx, room, viewer, seq, row).await?;
                rooms::store::move_head(&mut tx, room, seq, 1).await?;
                tx.commit().await?;
                message
            }
        };
        let sent = Sent {
            id: posting.id,
            seq: message.seq,
            message: message.id,
        };
        // The last change is published again with a repeated send: the first try may have lost its
        // connection after the commit. Those who have heard it pass it over.
        if message.version >= head.last_seq {
            self.hub.publish(one_change(room, message));
        }
        Ok(sent)
    }

    async fn read_page(
        &self,
        viewer: Option<&User>,
        room: RoomId,
        before: Option<i64>,
    ) -> Result<Page, Error> {
        let mut tx = store::snapshot(&self.pool).await?;
        let user = viewer.map(|viewer| viewer.id);
        may_read(rooms::store::standing(&mut tx, room, user).await?)?;
        store::page(&mut tx, room, before).await
    }

    async fn read_changes(
        &self,
        viewer: &User,
        room: RoomId,
        since: Option<i64>,
    ) -> Result<CaughtUp, Error> {
        let mut tx = store::snapshot(&self.pool).await?;
        may_write(rooms::store::standing(&mut tx, room, Some(viewer.id)).await?)?;
        let head = store::head(&mut tx, room).await?;
        let since = since.unwrap_or(head);
        if since < 0 || since > head || head - since > MOST_CHANGES {
            return Ok(CaughtUp::Reset { head });
        }
        let items = store::changes(&mut tx, room, since).await?;
        Ok(CaughtUp::Changes(Changes {
            room,
            first_seq: since + 1,
            last_seq: head,
            items,
        }))
    }
}

#[async_trait]
impl Messages for MessagesOnPostgres {
    async fn send(&self, viewer: &User, posting: Posting) -> Result<Sent, AppError> {
        Ok(self.post(viewer, &posting).await?)
    }

    async fn page(
        &self,
        viewer: Option<&User>,
        room: RoomId,
        before: Option<i64>,
    ) -> Result<Page, AppError> {
        Ok(self.read_page(viewer, room, before).await?)
    }

    async fn changes(
        &self,
        viewer: &User,
        room: RoomId,
        since: Option<i64>,
    ) -> Result<CaughtUp, AppError> {
        Ok(self.read_changes(viewer, room, since).await?)
    }

    async fn epoch(&self) -> Result<Epoch, AppError> {
        let mut db = self.pool.acquire().await.map_err(Error::from)?;
        Ok(store::epoch(&mut db).await?)
    }
}

/// A new row as the change that it is.
pub(crate) fn one_change(room: RoomId, message: Message) -> Changes {
    Changes {
        room,
        first_seq: message.version,
        last_seq: message.version,
        items: vec![message],
    }
}
