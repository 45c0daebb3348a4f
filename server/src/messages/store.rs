//! All SQL of messages.

use app::{
    accounts::User,
    ids::{ClientId, Epoch, MessageId, RoomId, UserId},
    messages::{Message, MessageKind, Page, Posting},
};
use sqlx::{PgConnection, PgPool, Postgres, Transaction, query_as, query_scalar};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{accounts, error::Error, rooms};

/// How many messages a page has.
const PAGE: i64 = 50;

/// The columns that a message is read from.
struct Row {
    id: Uuid,
    seq: i64,
    version: i64,
    kind: String,
    sender_id: Uuid,
    handle: String,
    client_id: Option<Uuid>,
    body: String,
    created_at: OffsetDateTime,
}

impl TryFrom<Row> for Message {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let kinds = [MessageKind::Text, MessageKind::Created, MessageKind::Joined];
        Ok(Self {
            id: MessageId(row.id),
            seq: row.seq,
            version: row.version,
            kind: kinds
                .into_iter()
                .find(|kind| kind.as_str() == row.kind)
                .ok_or(Error::Row { table: "messages" })?,
            sender: accounts::user(row.sender_id, &row.handle)?,
            client_id: row.client_id.map(ClientId),
            body: row.body,
            sent_at: milliseconds(row.created_at),
        })
    }
}

/// Since 1970.
fn milliseconds(moment: OffsetDateTime) -> i64 {
    moment.unix_timestamp() * 1000 + i64::from(moment.millisecond())
}

/// A read-only transaction whose statements all see the same moment.
pub(super) async fn snapshot(pool: &PgPool) -> Result<Transaction<'_, Postgres>, Error> {
    Ok(pool
        .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?)
}

/// The message that this person has sent to this room under this id.
pub(super) async fn find_send(
    db: &mut PgConnection,
    room: RoomId,
    sender: UserId,
    id: ClientId,
) -> Result<Option<Message>, Error> {
    let row = query_as!(
        Row,
        "SELECT messages.id, seq, version, kind, sender_id, handle, client_id, body,
                messages.created_at
         FROM messages JOIN users ON users.id = sender_id
         WHERE room_id = $1 AND sender_id = $2 AND client_id = $3",
        room.0,
        sender.0,
        id.0,
    )
    .fetch_optional(db)
    .await?;
    row.map(Message::try_from).transpose()
}

/// A row to be: what somebody said, or a line about what they did.
pub(crate) enum NewRow<'a> {
    /// A message of a person, and its number among those.
    Text { posting: &'a Posting, number: i64 },
    /// A system line.
    Line(MessageKind),
}

/// Adds a row at the place `seq`. The room's head is locked.
pub(crate) async fn insert(
    db: &mut PgConnection,
    room: RoomId,
    sender: &User,
    seq: i64,
    row: NewRow<'_>,
) -> Result<Message, Error> {
    let id = MessageId::new();
    let (kind, number, client_id, body) = match row {
        NewRow::Text { posting, number } => {
            let body = posting.body.as_str().to_owned();
            (MessageKind::Text, Some(number), Some(posting.id), body)
        }
        NewRow::Line(kind) => (kind, None, None, String::new()),
    };
    let created_at = query_scalar!(
        "INSERT INTO messages
             (id, room_id, seq, version, message_no, kind, sender_id, client_id, body)
         VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8)
         RETURNING created_at",
        id.0,
        room.0,
        seq,
        number,
        kind.as_str(),
        sender.id.0,
        client_id.map(|id| id.0),
        body,
    )
    .fetch_one(db)
    .await?;
    Ok(Message {
        id,
        seq,
        version: seq,
        kind,
        sender: sender.clone(),
        client_id,
        body,
        sent_at: milliseconds(created_at),
    })
}

/// The newest messages, or those before a place, with the head of the same moment.
pub(super) async fn page(
    db: &mut PgConnection,
    room: RoomId,
    before: Option<i64>,
) -> Result<Page, Error> {
    let head = head(db, room).await?;
    // One more than is shown tells whether there is more.
    let rows = query_as!(
        Row,
        "SELECT messages.id, seq, version, kind, sender_id, handle, client_id, body,
                messages.created_at
         FROM messages JOIN users ON users.id = sender_id
         WHERE room_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3",
        room.0,
        before.unwrap_or(i64::MAX),
        PAGE + 1,
    )
    .fetch_all(db)
    .await?;
    let more = i64::try_from(rows.len()).is_ok_and(|count| count > PAGE);
    let rows = rows
        .into_iter()
        .take(usize::try_from(PAGE).unwrap_or(usize::MAX))
        .rev();
    let messages = rows.map(Message::try_from).collect::<Result<Vec<_>, _>>()?;
    let before = messages.first().map(|first| first.seq).filter(|_| more);
    Ok(Page {
        messages,
        head,
        before,
    })
}

/// What changed after `since`, in order of the changes.
pub(super) async fn changes(
    db: &mut PgConnection,
    room: RoomId,
    since: i64,
) -> Result<Vec<Message>, Error> {
    let rows = query_as!(
        Row,
        "SELECT messages.id, seq, version, kind, sender_id, handle, client_id, body,
                messages.created_at
         FROM messages JOIN users ON users.id = sender_id
         WHERE room_id = $1 AND version > $2 ORDER BY version",
        room.0,
        since,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Message::try_from).collect()
}

/// The last sequence number that has been taken.
pub(super) async fn head(db: &mut PgConnection, room: RoomId) -> Result<i64, Error> {
    query_scalar!("SELECT last_seq FROM room_heads WHERE room_id = $1", room.0)
        .fetch_optional(db)
        .await?
        .ok_or_else(rooms::unknown)
}

pub(super) async fn epoch(db: &mut PgConnection) -> Result<Epoch, Error> {
    Ok(Epoch(
        query_scalar!("SELECT epoch FROM installation")
            .fetch_one(db)
            .await?,
    ))
}
