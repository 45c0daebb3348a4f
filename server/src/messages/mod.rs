//! Messages on PostgreSQL: each use case is allow → store → publish, in this order, and the answer
//! comes after the commit.

mod posts;
pub(crate) mod store;
mod writer;

use app::{
    accounts::User,
    error::{AppError, ErrorCode},
    ids::{Epoch, MessageId, RoomId, UserId},
    messages::{
        Body, CaughtUp, Changed, Changes, Lane, Message, MessageKind, Messages, Page, Posting,
        Resumed, Sent,
    },
};
use async_trait::async_trait;
use futures::future::BoxFuture;
use sqlx::PgPool;

pub(crate) use self::writer::{Turn, Writer};
use crate::{
    error::Error,
    rooms::{self, may_delete, may_edit, may_read, may_write},
};

/// A client that has missed more changes than this fetches a page instead.
const MOST_CHANGES: i64 = 500;

pub(crate) struct MessagesOnPostgres {
    pool: PgPool,
    writer: Writer,
}

/// What somebody does to a message that is there.
enum Rewrite {
    Edit(Body),
    Delete,
}

impl MessagesOnPostgres {
    pub(crate) fn new(pool: PgPool, writer: Writer) -> Self {
        Self { pool, writer }
    }

    async fn rewrite(
        &self,
        viewer: &User,
        room: RoomId,
        id: MessageId,
        rewrite: Rewrite,
    ) -> Result<Changed, Error> {
        let viewer = viewer.id;
        self.writer
            .change(room, viewer, move |turn| {
                Box::pin(rewritten(turn, viewer, room, id, rewrite))
            })
            .await
    }

    async fn read_page(
        &self,
        viewer: Option<&User>,
        room: RoomId,
        before: Option<i64>,
    ) -> Result<Page, Error> {
        let mut tx = store::snapshot(&self.pool).await?;
        let user = viewer.map(|viewer| viewer.id);
        let (standing, head) = rooms::store::standing(&mut tx, room, user).await?;
        may_read(standing)?;
        store::page(&mut tx, room, head, before, standing.visible_from()).await
    }

    async fn read_resumed(
        &self,
        viewer: &User,
        room: RoomId,
        since: Option<i64>,
    ) -> Result<Resumed, Error> {
        let mut db = self.pool.acquire().await?;
        let (standing, head) = rooms::store::standing(&mut db, room, Some(viewer.id)).await?;
        may_write(standing)?;
        let visible_from = standing.visible_from();
        Ok(Resumed {
            caught_up: changes_since(&mut db, room, since, head, visible_from).await?,
            visible_from,
        })
    }
}

async fn rewritten(
    turn: &mut Turn,
    viewer: UserId,
    room: RoomId,
    id: MessageId,
    rewrite: Rewrite,
) -> Result<(Changed, Option<Changes>), Error> {
    let standing = turn.standing;
    may_write(standing)?;
    let visible = |message: &Message| message.seq >= standing.visible_from();
    let found = store::find(&mut turn.db, room, id).await?.filter(visible);
    let mut message = found
        .filter(|message| message.kind == MessageKind::Text)
        .ok_or(ErrorCode::MessageUnknown)?;
    let own = message.sender.id == viewer;
    let changes = match rewrite {
        Rewrite::Edit(body) => {
            may_edit(standing, own)?;
            if message.deleted {
                return Err(ErrorCode::MessageUnknown.into());
            }
            let changes = message.body != body.as_str();
            body.as_str().clone_into(&mut message.body);
            message.edited |= changes;
            changes
        }
        Rewrite::Delete => {
            may_delete(standing, own)?;
            let changes = !message.deleted;
            message.body.clear();
            message.deleted = true;
            changes
        }
    };
    if changes {
        message.version = turn.seq;
        store::rewrite(&mut turn.db, &message).await?;
        rooms::store::move_head(&mut turn.db, room, message.version).await?;
    }
    let changed = Changed {
        seq: message.version,
        message: id,
    };
    Ok((changed, changes.then(|| one_change(room, message))))
}

/// The changes of a room after `since` up to `head`. It needs no snapshot with what the head was
/// read in: whatever is at or below the head was committed before that, and a row that has changed
/// again in between is left out here and comes, whole, with a later number.
async fn changes_since(
    db: &mut sqlx::PgConnection,
    room: RoomId,
    since: Option<i64>,
    head: i64,
    visible_from: i64,
) -> Result<CaughtUp, Error> {
    let since = since.unwrap_or(head);
    if since < 0 || since > head || head - since > MOST_CHANGES {
        return Ok(CaughtUp::Reset { head });
    }
    let items = if since < head {
        store::changes(db, room, since, head, visible_from).await?
    } else {
        Vec::new()
    };
    Ok(CaughtUp::Changes(Changes {
        room,
        first_seq: since + 1,
        last_seq: head,
        items,
    }))
}

/// What changed in a room after `since`, whoever may see it: for a node that has missed something.
pub(crate) async fn missed(pool: &PgPool, room: RoomId, since: i64) -> Result<CaughtUp, Error> {
    let mut db = pool.acquire().await?;
    let head = store::head(&mut db, room).await?;
    changes_since(&mut db, room, Some(since), head, 0).await
}

#[async_trait]
impl Messages for MessagesOnPostgres {
    fn send(
        &self,
        viewer: &User,
        lane: &Lane,
        posting: Posting,
    ) -> BoxFuture<'static, Result<Sent, AppError>> {
        let posted = self.writer.post(viewer.clone(), lane, posting);
        Box::pin(async move { Ok(posted.await?) })
    }

    async fn edit(
        &self,
        viewer: &User,
        room: RoomId,
        message: MessageId,
        body: Body,
    ) -> Result<Changed, AppError> {
        let edit = Rewrite::Edit(body);
        Ok(self.rewrite(viewer, room, message, edit).await?)
    }

    async fn delete(
        &self,
        viewer: &User,
        room: RoomId,
        message: MessageId,
    ) -> Result<Changed, AppError> {
        let delete = Rewrite::Delete;
        Ok(self.rewrite(viewer, room, message, delete).await?)
    }

    async fn page(
        &self,
        viewer: Option<&User>,
        room: RoomId,
        before: Option<i64>,
    ) -> Result<Page, AppError> {
        Ok(self.read_page(viewer, room, before).await?)
    }

    async fn resume(
        &self,
        viewer: &User,
        room: RoomId,
        since: Option<i64>,
    ) -> Result<Resumed, AppError> {
        Ok(self.read_resumed(viewer, room, since).await?)
    }

    async fn epoch(&self) -> Result<Epoch, AppError> {
        let mut db = self.pool.acquire().await.map_err(Error::from)?;
        Ok(store::epoch(&mut db).await?)
    }

    async fn heads(&self, viewer: &User) -> Result<Vec<(RoomId, i64)>, AppError> {
        Ok(store::heads_of(&self.pool, viewer.id).await?)
    }
}

/// A new row as the change that it is.
pub(crate) fn one_change(room: RoomId, message: Message) -> Changes {
    changes(room, message.version, message.version, vec![message])
}

/// All that took a number from `first_seq` to `last_seq`.
pub(crate) fn changes(room: RoomId, first_seq: i64, last_seq: i64, items: Vec<Message>) -> Changes {
    Changes {
        room,
        first_seq,
        last_seq,
        items,
    }
}
