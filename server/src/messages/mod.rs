//! Messages on PostgreSQL: each use case is allow → store → publish, in this order, and the answer
//! comes after the commit.

mod markdown;
mod mentions;
mod pages;
pub(crate) mod partings;
mod posts;
mod reactions;
pub(crate) mod store;
mod writer;

use app::{
    accounts::User,
    error::{AppError, ErrorCode},
    ids::{Epoch, MessageId, RoomId, UserId},
    messages::{
        Body, CaughtUp, Changed, Changes, Emoji, Lane, Mention, Message, MessageKind, Messages,
        Page, Posting, Resumed, Sent, Stretch,
    },
};
use async_trait::async_trait;
use futures::future::BoxFuture;
use sqlx::PgPool;

pub(crate) use self::{
    markdown::render,
    writer::{Turn, Writer},
};
use crate::{
    error::Error,
    rooms::{self, may_delete, may_edit, may_pin, may_speak, may_write},
};

/// A client that has missed more changes than this fetches a page instead.
const MOST_CHANGES: i64 = 500;

/// How many messages a room may hold up.
const MOST_PINS: i64 = 50;

pub(crate) struct MessagesOnPostgres {
    pool: PgPool,
    writer: Writer,
}

/// What somebody does to a message that is there.
enum Rewrite {
    Edit(Body),
    Delete,
    /// Answers it with an emoji, or takes that back.
    React(Emoji, bool),
    Pin(bool),
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
            ended: standing.has_ended(),
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
    if message.deleted && !matches!(rewrite, Rewrite::Delete) {
        return Err(ErrorCode::MessageUnknown.into());
    }
    let changes = match rewrite {
        Rewrite::Edit(body) => {
            may_edit(standing, own)?;
            Body::beside(body.as_str(), message.media.len())?;
            let changes = message.body != body.as_str();
            if changes {
                message.html = markdown::render(body.as_str());
                body.as_str().clone_into(&mut message.body);
                message.edited = true;
                mentions::store::set(&mut turn.db, room, &message).await?;
            }
            changes
        }
        Rewrite::Delete => {
            may_delete(standing, own)?;
            let changes = !message.deleted;
            if changes {
                partings::take_back(&mut turn.db, room, &mut message).await?;
            }
            changes
        }
        Rewrite::React(emoji, on) => {
            if on {
                may_speak(standing)?;
            }
            reactions::react(&mut turn.db, &mut message, viewer, &emoji, on).await?
        }
        Rewrite::Pin(on) => {
            may_pin(standing)?;
            let changes = message.pinned != on;
            if changes && on && pages::store::count_pins(&mut turn.db, room).await? >= MOST_PINS {
                return Err(ErrorCode::Full.into());
            }
            message.pinned = on;
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
        place: message.seq,
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

    async fn react(
        &self,
        viewer: &User,
        room: RoomId,
        message: MessageId,
        emoji: Emoji,
        on: bool,
    ) -> Result<Changed, AppError> {
        let react = Rewrite::React(emoji, on);
        Ok(self.rewrite(viewer, room, message, react).await?)
    }

    async fn pin(
        &self,
        viewer: &User,
        room: RoomId,
        message: MessageId,
        on: bool,
    ) -> Result<Changed, AppError> {
        let pin = Rewrite::Pin(on);
        Ok(self.rewrite(viewer, room, message, pin).await?)
    }

    async fn pins(&self, viewer: Option<&User>, room: RoomId) -> Result<Vec<Message>, AppError> {
        Ok(self.read_pins(viewer, room).await?)
    }

    async fn mentions(&self, viewer: &User) -> Result<Vec<Mention>, AppError> {
        Ok(self.read_mentions(viewer).await?)
    }

    async fn find(
        &self,
        viewer: Option<&User>,
        room: RoomId,
        place: i64,
    ) -> Result<Message, AppError> {
        Ok(self.read_one(viewer, room, place).await?)
    }

    async fn page(
        &self,
        viewer: Option<&User>,
        room: RoomId,
        stretch: Stretch,
    ) -> Result<Page, AppError> {
        Ok(self.read_page(viewer, room, stretch).await?)
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
