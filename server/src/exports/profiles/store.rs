//! The SQL that reads a profile.

use app::ids::UserId;
use serde::Serialize;
use sqlx::{PgConnection, query};
use uuid::Uuid;

use crate::{
    error::Error,
    exports::{contents::Listed, moment},
};

/// What they tell, and who sees each part of it.
#[derive(Serialize)]
pub(in crate::exports) struct Profile {
    name: String,
    name_seen_by: String,
    bio: String,
    bio_seen_by: String,
    languages: Vec<String>,
    languages_seen_by: String,
    country: String,
    country_seen_by: String,
    links: Vec<String>,
    links_seen_by: String,
    /// The id of one that `media.json` lists.
    picture: Option<Uuid>,
    picture_seen_by: String,
    changed_at: String,
}

impl Listed for Profile {
    const FILE: &str = "profile.json";

    async fn next(
        db: &mut PgConnection,
        user: UserId,
        after: Option<&Self>,
    ) -> Result<Vec<Self>, Error> {
        // Nobody has two.
        if after.is_some() {
            return Ok(Vec::new());
        }
        let row = query!(
            "SELECT name, name_seen, bio, bio_seen, languages, languages_seen, country, country_seen,
                    links, links_seen, picture_id, picture_seen, changed_at
             FROM profiles WHERE user_id = $1",
            user.0,
        )
        .fetch_optional(db)
        .await?;
        let profile = row.map(|row| Self {
            name: row.name,
            name_seen_by: row.name_seen,
            bio: row.bio,
            bio_seen_by: row.bio_seen,
            languages: row.languages,
            languages_seen_by: row.languages_seen,
            country: row.country,
            country_seen_by: row.country_seen,
            links: row.links,
            links_seen_by: row.links_seen,
            picture: row.picture_id,
            picture_seen_by: row.picture_seen,
            changed_at: moment(row.changed_at),
        });
        Ok(profile.into_iter().collect())
    }
}
