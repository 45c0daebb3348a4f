//! The SQL that reads what somebody has sent in.

use app::{
    ids::{MediaId, UserId},
    media::MediaKind,
};
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

/// A picture, a video or a file.
#[derive(Serialize)]
pub(super) struct Medium {
    pub(super) id: MediaId,
    pub(super) kind: MediaKind,
    name: String,
    alt: String,
    mime: String,
    size: i64,
    sent_at: String,
    /// Where its bytes are in the archive.
    pub(super) file: String,
}

impl Listed for Medium {
    const FILE: &str = "media.json";

    async fn next(
        db: &mut PgConnection,
        user: UserId,
        after: Option<&Self>,
    ) -> Result<Vec<Self>, Error> {
        let rows = query!(
            r#"SELECT id, kind AS "kind!", name, alt, mime, size, created_at FROM media
               WHERE user_id = $1 AND state = 'finished' AND id > $2 ORDER BY id LIMIT $3"#,
            user.0,
            after.map_or(Uuid::nil(), |last| last.id.0),
            BATCH,
        )
        .fetch_all(db)
        .await?;
        let media = rows.into_iter().map(|row| {
            let kind = MediaKind::ALL
                .into_iter()
                .find(|kind| kind.as_str() == row.kind);
            Ok(Self {
                id: MediaId(row.id),
                kind: kind.ok_or(Error::Row { table: "media" })?,
                file: format!("media/{}-{}", row.id, row.name),
                name: row.name,
                alt: row.alt,
                mime: row.mime,
                size: row.size,
                sent_at: moment(row.created_at),
            })
        });
        media.collect()
    }
}
