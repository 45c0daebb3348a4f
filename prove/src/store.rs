//! All SQL of the proof: accounts made without passwords, and what the database has at the end.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write,
};

use app::ids::{ClientId, Epoch, MessageId, RoomId, UserId};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row as _, raw_sql};
use uuid::Uuid;

use crate::{
    Error,
    checker::{Interval, Row, Rows},
    history::content_of,
};

pub(crate) async fn connect(url: &str) -> Result<PgConnection, Error> {
    let connecting = PgConnection::connect(url);
    Ok(tokio::time::timeout(std::time::Duration::from_secs(5), connecting).await??)
}

pub(crate) async fn run(db: &mut PgConnection, sql: impl Into<String>) -> Result<(), Error> {
    raw_sql(AssertSqlSafe(sql.into())).execute(db).await?;
    Ok(())
}

/// The rows of a query, each a JSON object: whatever columns later versions add.
async fn objects<T: DeserializeOwned>(db: &mut PgConnection, query: &str) -> Result<Vec<T>, Error> {
    let sql = format!("SELECT to_jsonb(found)::text FROM ({query}) found");
    let rows = raw_sql(AssertSqlSafe(sql)).fetch_all(db).await?;
    let texts = rows.iter().map(|row| row.try_get::<String, _>(0));
    texts
        .map(|text| Ok(serde_json::from_str(&text?)?))
        .collect()
}

/// A person with a session, made without the cost of a password.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) user: UserId,
    /// As a browser sends it.
    pub(crate) cookie: String,
}

/// One account for each of `count` people. Their ids and tokens come from `bytes`.
pub(crate) async fn make_accounts(
    db: &mut PgConnection,
    count: u32,
    mut bytes: impl FnMut() -> [u8; 32],
) -> Result<Vec<Account>, Error> {
    let (mut users, mut sessions, mut accounts) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..count {
        let token = URL_SAFE_NO_PAD.encode(bytes());
        let user = UserId::new();
        let hash = Sha256::digest(&token);
        let hash = hash.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        users.push(format!(
            "('{user}', 'p{number:04}', 'p{number:04}@example.org', '-')"
        ));
        sessions.push(format!("('\\x{hash}', '{user}', now() + interval '1 day')"));
        accounts.push(Account {
            user,
            cookie: format!("session={token}"),
        });
    }
    let (users, sessions) = (users.join(", "), sessions.join(", "));
    run(
        db,
        format!(
            "INSERT INTO users (id, handle, email, password_hash) VALUES {users};
             INSERT INTO sessions (token_hash, user_id, expires_at) VALUES {sessions};"
        ),
    )
    .await?;
    Ok(accounts)
}

/// The database at one moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Snapshot {
    pub(crate) epoch: Epoch,
    pub(crate) heads: HashMap<RoomId, i64>,
    pub(crate) rooms: HashMap<RoomId, Rows>,
    pub(crate) intervals: Vec<Interval>,
    pub(crate) since_join: HashSet<RoomId>,
}

#[derive(Deserialize)]
struct Message {
    id: MessageId,
    room_id: RoomId,
    seq: i64,
    version: i64,
    kind: String,
    sender_id: UserId,
    client_id: Option<Uuid>,
    body: Option<String>,
}

#[derive(Deserialize)]
struct Member {
    room_id: RoomId,
    user_id: UserId,
    joined_seq: i64,
    left_seq: Option<i64>,
}

#[derive(Deserialize)]
struct Head {
    room_id: RoomId,
    last_seq: i64,
}

#[derive(Deserialize)]
struct Named {
    id: RoomId,
}

pub(crate) async fn epoch(db: &mut PgConnection) -> Result<Epoch, Error> {
    let rows: Vec<HashMap<String, Epoch>> = objects(db, "SELECT epoch FROM installation").await?;
    let epoch = rows.first().and_then(|row| row.get("epoch"));
    Ok(*epoch.ok_or("the database has no epoch")?)
}

pub(crate) async fn heads(db: &mut PgConnection) -> Result<HashMap<RoomId, i64>, Error> {
    let heads: Vec<Head> = objects(db, "SELECT room_id, last_seq FROM room_heads").await?;
    Ok(heads
        .into_iter()
        .map(|head| (head.room_id, head.last_seq))
        .collect())
}

/// Who is a member of what.
pub(crate) async fn members(db: &mut PgConnection) -> Result<HashSet<(UserId, RoomId)>, Error> {
    let query = "SELECT room_id, user_id, joined_seq, left_seq FROM member_intervals
                 WHERE left_seq IS NULL";
    let members: Vec<Member> = objects(db, query).await?;
    Ok(members
        .into_iter()
        .map(|member| (member.user_id, member.room_id))
        .collect())
}

pub(crate) async fn snapshot(db: &mut PgConnection) -> Result<Snapshot, Error> {
    let mut snapshot = Snapshot {
        epoch: epoch(db).await?,
        heads: heads(db).await?,
        ..Snapshot::default()
    };
    let query = "SELECT room_id, user_id, joined_seq, left_seq FROM member_intervals";
    for member in objects::<Member>(db, query).await? {
        snapshot.intervals.push(Interval {
            room: member.room_id,
            user: member.user_id,
            joined: member.joined_seq,
            left: member.left_seq,
        });
    }
    let groups: Vec<Named> = objects(db, "SELECT id FROM rooms WHERE kind <> 'public'").await?;
    snapshot.since_join = groups.into_iter().map(|room| room.id).collect();
    for message in objects::<Message>(db, "SELECT * FROM messages").await? {
        let op = message.client_id.map(ClientId);
        let body = message.body.unwrap_or_default();
        let row = Row {
            id: message.id,
            version: message.version,
            sender: message.sender_id,
            op,
            content: content_of(message.id, &message.kind, message.sender_id, op, &body),
            empty: body.is_empty(),
        };
        snapshot
            .rooms
            .entry(message.room_id)
            .or_default()
            .insert(message.seq, row);
    }
    Ok(snapshot)
}

/// The server processes that work for the nodes.
pub(crate) async fn backends(db: &mut PgConnection) -> Result<Vec<u32>, Error> {
    let query = "SELECT pid FROM pg_stat_activity
                 WHERE application_name = 'layover' AND pid <> pg_backend_pid() ORDER BY pid";
    let rows: Vec<HashMap<String, u32>> = objects(db, query).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| row.get("pid").copied())
        .collect())
}
