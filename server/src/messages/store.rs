//! All SQL of messages. What shows people messages finds their ids first and loads them then: the
//! columns of a message stand in one query.

use app::{
    accounts::User,
    error::ErrorCode,
    ids::{ClientId, Epoch, MediaId, MessageId, RoomId, UserId},
    media::Attachment,
    messages::{Message, MessageKind, Sent},
};
use sqlx::{PgConnection, PgPool, query, query_as, query_scalar};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{markdown, mentions::named, posts::Post, reactions};
use crate::{accounts, database::milliseconds, error::Error, media, rooms};

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
    reply_to: Option<i64>,
    media: i16,
    reactions: i32,
    edited: bool,
    deleted: bool,
    pinned: bool,
    created_at: OffsetDateTime,
}

impl TryFrom<Row> for Message {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: MessageId(row.id),
            seq: row.seq,
            version: row.version,
            kind: MessageKind::ALL
                .into_iter()
                .find(|kind| kind.as_str() == row.kind)
                .ok_or(Error::Row { table: "messages" })?,
            sender: accounts::user(row.sender_id, &row.handle)?,
            client_id: row.client_id.map(ClientId),
            html: markdown::render(&row.body),
            body: row.body,
            reply_to: row.reply_to,
            media: Vec::new(),
            reactions: Vec::new(),
            pinned: row.pinned,
            edited: row.edited,
            deleted: row.deleted,
            sent_at: milliseconds(row.created_at),
        })
    }
}

/// What became of one post.
#[derive(Debug)]
pub(super) enum Outcome {
    Posted {
        sent: Sent,
        sent_at: i64,
        media: Vec<Attachment>,
    },
    Duplicate(Sent),
    Refused(ErrorCode),
    /// Another transaction holds the room.
    Skipped,
}

/// Posts a batch that names each client's id once: one call, one commit, an outcome for each.
/// A patient one waits for its rooms, another skips those that are held.
pub(super) async fn post(
    db: &mut PgConnection,
    posts: &[Post],
    patient: bool,
) -> Result<Vec<Outcome>, Error> {
    let mut ids = [const { Vec::new() }; 4];
    let (mut bodies, mut mentions, mut shown) = (Vec::new(), Vec::new(), Vec::new());
    let mut replies: Vec<Option<i64>> = Vec::new();
    for post in posts {
        let [rooms, senders, clients, messages] = &mut ids;
        rooms.push(post.posting.room.0);
        senders.push(post.sender.id.0);
        clients.push(post.posting.id.0);
        messages.push(post.message.0);
        bodies.push(post.posting.body.as_str().to_owned());
        replies.push(post.posting.reply_to);
        mentions.push(named(post.posting.body.as_str()).join(" "));
        shown.push(joined(&post.posting.media));
    }
    let [rooms, senders, clients, messages] = ids;
    let rows = query!(
        r#"SELECT outcome AS "outcome!", seq AS "seq?", message_id AS "message_id!",
                  sent_at AS "sent_at!"
           FROM post_messages($1, $2, $3, $4, $5, $6, $7, $8, $9)"#,
        &rooms,
        &senders,
        &clients,
        &messages,
        &bodies,
        &replies as &[Option<i64>],
        &mentions,
        &shown,
        patient,
    )
    .fetch_all(&mut *db)
    .await?;
    // Once a message shows it, nobody changes what is known of it: it is read as pages will read it.
    let wanted = posts.iter().flat_map(|post| &post.posting.media);
    let wanted: Vec<_> = wanted.copied().collect();
    let known = media::store::find(db, &wanted).await?;
    let broken = || Error::Row { table: "messages" };
    if rows.len() != posts.len() {
        return Err(broken());
    }
    let outcomes = posts.iter().zip(rows).map(|(post, row)| {
        let sent = |seq: Option<i64>| {
            Ok::<_, Error>(Sent {
                id: post.posting.id,
                seq: seq.ok_or_else(broken)?,
                message: MessageId(row.message_id),
            })
        };
        Ok(match row.outcome.as_str() {
            "posted" => Outcome::Posted {
                sent: sent(row.seq)?,
                sent_at: milliseconds(row.sent_at),
                media: media::store::in_order(&known, &post.posting.media),
            },
            "duplicate" => Outcome::Duplicate(sent(row.seq)?),
            "skipped" => Outcome::Skipped,
            "not_member" => Outcome::Refused(ErrorCode::NotMember),
            "room_unknown" => Outcome::Refused(ErrorCode::RoomUnknown),
            "message_unknown" => Outcome::Refused(ErrorCode::MessageUnknown),
            "media_unknown" => Outcome::Refused(ErrorCode::MediaUnknown),
            "id_reused" => Outcome::Refused(ErrorCode::IdReused),
            "blocked" => Outcome::Refused(ErrorCode::Blocked),
            _ => return Err(broken()),
        })
    });
    outcomes.collect()
}

/// Ids as the call takes those of one item.
fn joined(ids: &[MediaId]) -> String {
    let ids = ids.iter().map(ToString::to_string);
    ids.collect::<Vec<_>>().join(" ")
}

/// These messages, in no order, each with what it shows and its reactions.
pub(super) async fn load(db: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Message>, Error> {
    let rows = query_as!(
        Row,
        r#"SELECT messages.id, seq, version, kind, sender_id, handle, client_id, body, reply_to,
                  media, reactions, edited_at IS NOT NULL AS "edited!",
                  messages.deleted_at IS NOT NULL AS "deleted!",
                  pinned_at IS NOT NULL AS "pinned!", messages.created_at
           FROM messages JOIN users ON users.id = sender_id
           WHERE messages.id = ANY ($1)"#,
        ids,
    )
    .fetch_all(&mut *db)
    .await?;
    let reacted = rows.iter().filter(|row| row.reactions > 0);
    let reacted: Vec<_> = reacted.map(|row| row.id).collect();
    let showing = rows.iter().filter(|row| row.media > 0);
    let showing: Vec<_> = showing.map(|row| row.id).collect();
    let messages = rows.into_iter().map(Message::try_from);
    let mut messages = messages.collect::<Result<Vec<_>, _>>()?;
    if !reacted.is_empty() {
        reactions::store::dress(db, &mut messages, &reacted).await?;
    }
    if !showing.is_empty() {
        media::store::dress(db, &mut messages, &showing).await?;
    }
    Ok(messages)
}

/// These messages, in the order of their places.
pub(super) async fn load_in_place(
    db: &mut PgConnection,
    ids: &[Uuid],
) -> Result<Vec<Message>, Error> {
    let mut messages = if ids.is_empty() {
        Vec::new()
    } else {
        load(db, ids).await?
    };
    messages.sort_unstable_by_key(|message| message.seq);
    Ok(messages)
}

/// A message of a room.
pub(crate) async fn find(
    db: &mut PgConnection,
    room: RoomId,
    id: MessageId,
) -> Result<Option<Message>, Error> {
    let ids = query_scalar!(
        "SELECT id FROM messages WHERE room_id = $1 AND id = $2",
        room.0,
        id.0,
    )
    .fetch_all(&mut *db)
    .await?;
    Ok(load_in_place(db, &ids).await?.pop())
}

/// The messages of a room that stand at these places.
pub(super) async fn at(
    db: &mut PgConnection,
    room: RoomId,
    places: &[i64],
) -> Result<Vec<Message>, Error> {
    let ids = query_scalar!(
        "SELECT id FROM messages WHERE room_id = $1 AND seq = ANY ($2)",
        room.0,
        places,
    )
    .fetch_all(&mut *db)
    .await?;
    load_in_place(db, &ids).await
}

/// Writes down what has become of a message. The room's head is locked.
pub(super) async fn rewrite(db: &mut PgConnection, message: &Message) -> Result<(), Error> {
    query!(
        "UPDATE messages SET body = $2, version = $3,
             edited_at = CASE WHEN $4 THEN coalesce(edited_at, now()) END,
             deleted_at = CASE WHEN $5 THEN coalesce(deleted_at, now()) END,
             pinned_at = CASE WHEN $6 THEN coalesce(pinned_at, now()) END,
             reply_to = $7, media = $8
         WHERE id = $1",
        message.id.0,
        message.body,
        message.version,
        message.edited,
        message.deleted,
        message.pinned,
        message.reply_to,
        i16::try_from(message.media.len()).unwrap_or(i16::MAX),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Adds a system line at the place `seq`, which says `body`. The room's head is locked.
pub(crate) async fn insert_line(
    db: &mut PgConnection,
    room: RoomId,
    about: &User,
    seq: i64,
    kind: MessageKind,
    body: &str,
) -> Result<Message, Error> {
    let id = MessageId::new();
    let created_at = query_scalar!(
        "INSERT INTO messages (id, room_id, seq, version, kind, sender_id, body)
         VALUES ($1, $2, $3, $3, $4, $5, $6)
         RETURNING created_at",
        id.0,
        room.0,
        seq,
        kind.as_str(),
        about.id.0,
        body,
    )
    .fetch_one(db)
    .await?;
    Ok(Message {
        id,
        seq,
        version: seq,
        kind,
        sender: about.clone(),
        client_id: None,
        body: body.to_owned(),
        html: None,
        reply_to: None,
        media: Vec::new(),
        reactions: Vec::new(),
        pinned: false,
        edited: false,
        deleted: false,
        sent_at: milliseconds(created_at),
    })
}

/// What changed after `since` up to `head`, at the places from `visible_from` on, in order of the
/// changes.
pub(super) async fn changes(
    db: &mut PgConnection,
    room: RoomId,
    since: i64,
    head: i64,
    visible_from: i64,
) -> Result<Vec<Message>, Error> {
    let ids = query_scalar!(
        "SELECT id FROM messages
         WHERE room_id = $1 AND version > $2 AND version <= $3 AND seq >= $4",
        room.0,
        since,
        head,
        visible_from,
    )
    .fetch_all(&mut *db)
    .await?;
    let mut messages = if ids.is_empty() {
        Vec::new()
    } else {
        load(db, &ids).await?
    };
    // One that has changed in between comes with a later number.
    messages.retain(|message| message.version <= head);
    messages.sort_unstable_by_key(|message| message.version);
    Ok(messages)
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

/// The rooms of a member, each with its head.
pub(super) async fn heads_of(pool: &PgPool, user: UserId) -> Result<Vec<(RoomId, i64)>, Error> {
    let rows = query!(
        "SELECT room_id, last_seq FROM members JOIN room_heads USING (room_id)
         WHERE user_id = $1 LIMIT 1000",
        user.0,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (RoomId(row.room_id), row.last_seq))
        .collect())
}
