//! What is put into databases before a measurement. People, sessions and rooms are made by SQL,
//! because ten thousand that sign up would take longer than what is measured.

#![expect(
    clippy::disallowed_methods,
    reason = "the databases are made at run time; there is no schema to check against"
)]

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::future::try_join_all;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, FromRow, PgConnection, raw_sql};
use tokio::time::Instant;
use url::Url;
use uuid::Uuid;

use crate::{
    Error,
    closed::Shape,
    door::Seat,
    frame::{self, Said},
    target::Target,
    times::Name,
};

/// Makes an empty database of this target's, and tells its address.
pub(crate) async fn create(server: &Url, target: Target) -> Result<Url, Error> {
    let name = format!("bench_{}", target.slug());
    let mut db = PgConnection::connect(server.as_str()).await?;
    for statement in [
        format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        format!("CREATE DATABASE {name}"),
    ] {
        raw_sql(AssertSqlSafe(statement)).execute(&mut db).await?;
    }
    let mut url = server.clone();
    url.set_path(&name);
    Ok(url)
}

/// Layover's database, with its schema in it.
pub(crate) struct Database {
    url: Url,
    db: PgConnection,
}

/// Somebody with an account and a session.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: Uuid,
    pub(crate) cookie: String,
}

/// What a batch has counted, and when it has begun, in seconds since 1970.
#[derive(Debug, Clone, Copy, FromRow)]
pub(crate) struct Counted {
    pub(crate) journeys: i64,
    pub(crate) stages: i64,
    pub(crate) cells: i64,
    pub(crate) begun: f64,
}

impl Database {
    pub(crate) async fn open(url: &Url) -> Result<Self, Error> {
        Ok(Self {
            url: url.clone(),
            db: PgConnection::connect(url.as_str()).await?,
        })
    }

    pub(crate) async fn people(&mut self, count: usize) -> Result<Vec<Person>, Error> {
        let mut people = Vec::with_capacity(count);
        for _ in 0..count {
            let mut token = [0; 32];
            getrandom::fill(&mut token)?;
            people.push(Person {
                id: Uuid::now_v7(),
                cookie: URL_SAFE_NO_PAD.encode(token),
            });
        }
        let ids: Vec<Uuid> = people.iter().map(|person| person.id).collect();
        let hashes = people.iter().map(|person| Sha256::digest(&person.cookie));
        let hashes: Vec<Vec<u8>> = hashes.map(|hash| hash.to_vec()).collect();
        sqlx::query(
            "INSERT INTO users (id, handle, email, password_hash)
             SELECT id, 'b' || right(replace(id::text, '-', ''), 20), id || '@example.org', 'none'
             FROM unnest($1::uuid[]) AS id",
        )
        .bind(&ids)
        .execute(&mut self.db)
        .await?;
        sqlx::query(
            "INSERT INTO sessions (token_hash, user_id, expires_at)
             SELECT hash, id, now() + interval '1 day'
             FROM unnest($1::bytea[], $2::uuid[]) AS made (hash, id)",
        )
        .bind(&hashes)
        .bind(&ids)
        .execute(&mut self.db)
        .await?;
        Ok(people)
    }

    /// People with these names, who have confirmed their addresses, and whose password is the model's.
    pub(crate) async fn known(&mut self, names: &[Name], model: &str) -> Result<(), Error> {
        let (handles, emails): (Vec<&str>, Vec<&str>) = names
            .iter()
            .map(|name| (name.handle.as_str(), name.email.as_str()))
            .unzip();
        sqlx::query(
            "INSERT INTO users (id, handle, email, email_verified_at, password_hash)
             SELECT gen_random_uuid(), made.handle, made.email, now(), model.password_hash
             FROM unnest($1::text[], $2::text[]) AS made (handle, email),
                  users AS model WHERE model.handle = $3",
        )
        .bind(&handles)
        .bind(&emails)
        .bind(model)
        .execute(&mut self.db)
        .await?;
        Ok(())
    }

    /// Public rooms with nobody and nothing in them.
    pub(crate) async fn rooms(&mut self, count: usize, owner: Uuid) -> Result<Vec<Uuid>, Error> {
        let rooms: Vec<Uuid> = (0..count).map(|_| Uuid::now_v7()).collect();
        sqlx::query(
            "INSERT INTO rooms (id, kind, name, version, created_by)
             SELECT id, 'public', 'bench', 1, $2 FROM unnest($1::uuid[]) AS id",
        )
        .bind(&rooms)
        .bind(owner)
        .execute(&mut self.db)
        .await?;
        sqlx::query(
            "INSERT INTO room_heads (room_id, last_seq) SELECT id, 1 FROM unnest($1::uuid[]) AS id",
        )
        .bind(&rooms)
        .execute(&mut self.db)
        .await?;
        Ok(rooms)
    }

    /// Makes people members of rooms: pairs of a room and a person.
    pub(crate) async fn join(&mut self, pairs: &[(Uuid, Uuid)]) -> Result<(), Error> {
        let (rooms, people): (Vec<Uuid>, Vec<Uuid>) = pairs.iter().copied().unzip();
        for statement in [
            "INSERT INTO members (room_id, user_id, role, version)
             SELECT room, person, 'member', 1
             FROM unnest($1::uuid[], $2::uuid[]) AS pair (room, person)",
            "INSERT INTO member_intervals (room_id, user_id, joined_seq)
             SELECT room, person, 1
             FROM unnest($1::uuid[], $2::uuid[]) AS pair (room, person)",
        ] {
            let statement = sqlx::query(statement).bind(&rooms).bind(&people);
            statement.execute(&mut self.db).await?;
        }
        Ok(())
    }

    /// A seat for each person of the shape, room by room.
    pub(crate) async fn seats(&mut self, shape: Shape) -> Result<Vec<(Seat, Vec<Uuid>)>, Error> {
        let people = self.people(shape.people()).await?;
        let rooms = self.rooms(shape.rooms, people[0].id).await?;
        let room = |user: usize| rooms[user / shape.members];
        let pairs = people.iter().enumerate();
        let pairs: Vec<_> = pairs
            .map(|(user, person)| (room(user), person.id))
            .collect();
        self.join(&pairs).await?;
        let seats = people.into_iter().enumerate().map(|(user, person)| {
            let seat = Seat {
                user,
                cookie: person.cookie,
                room: room(user),
            };
            (seat, vec![room(user)])
        });
        Ok(seats.collect())
    }

    /// Adds messages to a room until it has so many, or until it has taken too long; tells how many
    /// it has.
    pub(crate) async fn fill(
        &mut self,
        room: Uuid,
        sender: Uuid,
        from: i64,
        count: i64,
        patience: Duration,
    ) -> Result<i64, Error> {
        let (end, mut have) = (Instant::now() + patience, from);
        // Ids grow, as those of real messages do, and no room has those of another.
        let prefix = Uuid::new_v4().to_string()[..24].to_owned();
        while have < count && Instant::now() < end {
            let next = count.min(have + 100_000);
            sqlx::query(
                "INSERT INTO messages
                     (id, room_id, seq, version, message_no, kind, sender_id, client_id, body)
                 SELECT id, $1, number + 1, number + 1, number, 'text', $2, id, $5 || ' ' || number
                 FROM generate_series($3::bigint + 1, $4::bigint) AS number,
                      LATERAL (SELECT ($6 || lpad(to_hex(number), 12, '0'))::uuid AS id)
                          AS named",
            )
            .bind(room)
            .bind(sender)
            .bind(have)
            .bind(next)
            .bind(frame::body(Said { at: 0, by: 0 }))
            .bind(&prefix)
            .execute(&mut self.db)
            .await?;
            have = next;
        }
        sqlx::query(
            "UPDATE room_heads SET last_seq = $2 + 1, last_message_no = $2 WHERE room_id = $1",
        )
        .bind(room)
        .bind(have)
        .execute(&mut self.db)
        .await?;
        Ok(have)
    }

    pub(crate) async fn counted(&mut self) -> Result<Counted, Error> {
        let counted = sqlx::query_as(
            "SELECT (SELECT count(*) FROM journeys) AS journeys, (SELECT count(*) FROM stage_events) AS stages,
                    (SELECT count(*) FROM wait_editions) AS cells,
                    extract(epoch FROM made_at)::double precision AS begun
             FROM wait_batches ORDER BY made_on DESC LIMIT 1",
        );
        Ok(counted.fetch_one(&mut self.db).await?)
    }

    /// Lets a week pass since the batch, and each tenth of those who wait say that they still do: whatever was told
    /// may be told anew.
    pub(crate) async fn let_a_week_pass(&mut self) -> Result<(), Error> {
        for statement in [
            "UPDATE wait_batches SET made_on = made_on - 7",
            "UPDATE wait_editions SET made_on = made_on - 7",
            "UPDATE journeys SET last_confirmed_at = now()
             WHERE outcome IS NULL AND hashtext(id::text) % 10 = 0",
        ] {
            raw_sql(statement).execute(&mut self.db).await?;
        }
        Ok(())
    }

    /// As after a night: statistics are made, and what was written is on the disk.
    pub(crate) async fn rest(&mut self) -> Result<(), Error> {
        for statement in ["VACUUM ANALYZE", "CHECKPOINT"] {
            raw_sql(statement).execute(&mut self.db).await?;
        }
        Ok(())
    }

    /// Inserts a second that plain clients get: each inserts a row, which commits by itself, into a
    /// table with the columns, the checks and the indexes of `messages`.
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of a measurement are far below 2^52"
    )]
    pub(crate) async fn plain_inserts(
        &mut self,
        clients: usize,
        warm_up: Duration,
        length: Duration,
    ) -> Result<f64, Error> {
        raw_sql(
            "DROP TABLE IF EXISTS plain_messages;
             CREATE TABLE plain_messages (LIKE messages INCLUDING ALL)",
        )
        .execute(&mut self.db)
        .await?;
        let (inserted, url) = (AtomicU64::new(0), &self.url);
        let inserted = &inserted;
        let start = Instant::now() + warm_up;
        let end = start + length;
        let clients = (0..clients).map(|_| async move {
            let mut db = PgConnection::connect(url.as_str()).await?;
            let (room, sender) = (Uuid::now_v7(), Uuid::now_v7());
            for seq in 1_i64.. {
                if Instant::now() >= end {
                    break;
                }
                sqlx::query(
                    "INSERT INTO plain_messages
                         (id, room_id, seq, version, message_no, kind, sender_id, client_id, body)
                     VALUES ($1, $2, $3, $3, $3, 'text', $4, $5, $6)",
                )
                .bind(Uuid::now_v7())
                .bind(room)
                .bind(seq)
                .bind(sender)
                .bind(Uuid::now_v7())
                .bind(frame::body(Said { at: 0, by: 0 }))
                .execute(&mut db)
                .await?;
                if Instant::now() >= start {
                    inserted.fetch_add(1, Relaxed);
                }
            }
            Ok::<_, Error>(())
        });
        try_join_all(clients).await?;
        Ok(inserted.load(Relaxed) as f64 / length.as_secs_f64())
    }

    /// What the server calls itself.
    pub(crate) async fn version(&mut self) -> Result<String, Error> {
        let version = sqlx::query_scalar("SHOW server_version");
        Ok(version.fetch_one(&mut self.db).await?)
    }
}
