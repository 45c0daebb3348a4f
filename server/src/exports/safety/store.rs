//! The SQL that reads identities, blocks and reports.

use app::ids::UserId;
use serde::Serialize;
use sqlx::{PgConnection, query};
use uuid::Uuid;

use crate::{
    error::Error,
    exports::{
        contents::{BATCH, Listed},
        moment,
    },
};

/// What a provider calls them by which they sign in.
#[derive(Serialize)]
pub(in crate::exports) struct Identity {
    id: Uuid,
    issuer: String,
    subject: String,
    email: String,
    linked_at: String,
}

impl Listed for Identity {
    const FILE: &str = "identities.json";

    async fn next(
        db: &mut PgConnection,
        user: UserId,
        after: Option<&Self>,
    ) -> Result<Vec<Self>, Error> {
        let rows = query!(
            "SELECT id, issuer, subject, email, linked_at FROM identities
             WHERE user_id = $1 AND id > $2 ORDER BY id LIMIT $3",
            user.0,
            after.map_or(Uuid::nil(), |last| last.id),
            BATCH,
        )
        .fetch_all(db)
        .await?;
        let identities = rows.into_iter().map(|row| Self {
            id: row.id,
            issuer: row.issuer,
            subject: row.subject,
            email: row.email,
            linked_at: moment(row.linked_at),
        });
        Ok(identities.collect())
    }
}

/// Whom they have blocked.
#[derive(Serialize)]
pub(in crate::exports) struct Block {
    #[serde(skip)]
    blocked: Uuid,
    handle: String,
    blocked_at: String,
}

impl Listed for Block {
    const FILE: &str = "blocks.json";

    async fn next(
        db: &mut PgConnection,
        user: UserId,
        after: Option<&Self>,
    ) -> Result<Vec<Self>, Error> {
        let rows = query!(
            "SELECT blocked_id, handle, blocks.created_at
             FROM blocks JOIN users ON users.id = blocked_id
             WHERE user_id = $1 AND blocked_id > $2 ORDER BY blocked_id LIMIT $3",
            user.0,
            after.map_or(Uuid::nil(), |last| last.blocked),
            BATCH,
        )
        .fetch_all(db)
        .await?;
        let blocks = rows.into_iter().map(|row| Self {
            blocked: row.blocked_id,
            handle: row.handle,
            blocked_at: moment(row.created_at),
        });
        Ok(blocks.collect())
    }
}

/// What they have reported. The words that it is about are not theirs.
#[derive(Serialize)]
pub(in crate::exports) struct Report {
    id: Uuid,
    kind: String,
    category: String,
    note: String,
    about: Option<String>,
    room: Option<Uuid>,
    seq: Option<i64>,
    state: String,
    reported_at: String,
}

impl Listed for Report {
    const FILE: &str = "reports.json";

    async fn next(
        db: &mut PgConnection,
        user: UserId,
        after: Option<&Self>,
    ) -> Result<Vec<Self>, Error> {
        let rows = query!(
            "SELECT id, kind, category, note, user_handle, room_id, place, state, created_at
             FROM reports WHERE reporter_id = $1 AND id > $2 ORDER BY id LIMIT $3",
            user.0,
            after.map_or(Uuid::nil(), |last| last.id),
            BATCH,
        )
        .fetch_all(db)
        .await?;
        let reports = rows.into_iter().map(|row| Self {
            id: row.id,
            kind: row.kind,
            category: row.category,
            note: row.note,
            about: row.user_handle,
            room: row.room_id,
            seq: row.place,
            state: row.state,
            reported_at: moment(row.created_at),
        });
        Ok(reports.collect())
    }
}
