//! Profiles on PostgreSQL: what people tell of themselves. Each answer holds what its reader may see.
//!
//! Invariant: nothing of a profile goes out but through [`policy::sees`]. That it has changed is told to
//! those who share a room with its owner, and not what has: frames are the same to all.

mod forms;
mod pictures;
mod policy;
pub(crate) mod store;

use std::sync::Arc;

use app::{
    accounts::{Handle, User},
    error::{AppError, ErrorCode},
    ids::UserId,
    profiles::{
        Bio, Choices, Country, DisplayName, Languages, Links, OwnProfile, Profile, Profiles, Sight,
        Told, country_name, language_name,
    },
};
use async_trait::async_trait;
use sqlx::{PgConnection, PgPool};

use self::{
    policy::sees,
    store::{Change, Kept},
};
use crate::{accounts, error::Error, hub::Hub, messages};

pub(crate) use self::{forms::replace, pictures::serve};

pub(crate) struct ProfilesOnPostgres {
    pool: PgPool,
    hub: Arc<Hub>,
}

impl ProfilesOnPostgres {
    pub(crate) fn new(pool: PgPool, hub: Arc<Hub>) -> Self {
        Self { pool, hub }
    }

    async fn read(&self, viewer: Option<&User>, handle: &Handle) -> Result<Profile, Error> {
        let viewer = viewer.map(|viewer| viewer.id);
        let mut db = self.pool.acquire().await?;
        let owner = accounts::store::find(&mut db, handle).await?;
        let kept = match owner {
            Some(owner) => store::find(&mut db, owner.id, viewer).await?,
            None => None,
        };
        Ok(shown(kept.ok_or(ErrorCode::PersonUnknown)?))
    }

    async fn read_own(&self, viewer: &User) -> Result<OwnProfile, Error> {
        let mut db = self.pool.acquire().await?;
        let kept = store::find(&mut db, viewer.id, Some(viewer.id)).await?;
        let kept = kept.ok_or(ErrorCode::SignInNeeded)?;
        Ok(OwnProfile {
            user: kept.user,
            name: kept.name,
            bio: kept.bio,
            languages: kept.languages,
            country: kept.country,
            links: kept.links,
            picture: kept.picture.is_some(),
            seen: kept.seen,
            choices: Choices::all(),
        })
    }

    /// Waits for whoever changes the account, and looks whether it is still there: what a request leaves
    /// behind that was under way when it ended would be nobody's to clear up.
    async fn begin(&self, db: &mut PgConnection, viewer: UserId) -> Result<(), Error> {
        if store::lock(db, viewer).await? {
            Ok(())
        } else {
            Err(ErrorCode::SignInNeeded.into())
        }
    }

    async fn change(&self, viewer: &User, change: Change<'_>) -> Result<(), Error> {
        let mut tx = self.pool.begin().await?;
        self.begin(&mut tx, viewer.id).await?;
        store::set(&mut tx, viewer.id, change).await?;
        tx.commit().await?;
        // Every node hears of it from the database, and this one at once.
        self.hub.hurry();
        Ok(())
    }
}

/// What the reader for whom it was read may see of it.
fn shown(kept: Kept) -> Profile {
    let Kept { seen, standing, .. } = kept;
    let sees = |sight: Sight| sees(standing, sight);
    let told = |text: String, sight| if sees(sight) { text } else { String::new() };
    let bio = told(kept.bio, seen.bio);
    let languages = kept.languages.iter().filter(|_| sees(seen.languages));
    let links = kept.links.into_iter().filter(|_| sees(seen.links));
    Profile {
        user: kept.user,
        name: told(kept.name, seen.name),
        bio: (!bio.is_empty()).then(|| Told {
            html: messages::render(&bio),
            text: bio,
        }),
        languages: languages.filter_map(|code| language_name(code)).collect(),
        country: country_name(&told(kept.country, seen.country)),
        links: links.collect(),
        blocked: standing.blocks,
    }
}

#[async_trait]
impl Profiles for ProfilesOnPostgres {
    async fn find(&self, viewer: Option<&User>, handle: &Handle) -> Result<Profile, AppError> {
        Ok(self.read(viewer, handle).await?)
    }

    async fn own(&self, viewer: &User) -> Result<OwnProfile, AppError> {
        Ok(self.read_own(viewer).await?)
    }

    async fn set_name(
        &self,
        viewer: &User,
        name: DisplayName,
        seen: Option<Sight>,
    ) -> Result<(), AppError> {
        let change = Change::Name(name.as_str(), seen);
        Ok(self.change(viewer, change).await?)
    }

    async fn set_bio(&self, viewer: &User, bio: Bio, seen: Option<Sight>) -> Result<(), AppError> {
        let change = Change::Bio(bio.as_str(), seen);
        Ok(self.change(viewer, change).await?)
    }

    async fn set_languages(
        &self,
        viewer: &User,
        languages: Languages,
        seen: Option<Sight>,
    ) -> Result<(), AppError> {
        let change = Change::Languages(languages.as_slice(), seen);
        Ok(self.change(viewer, change).await?)
    }

    async fn set_country(
        &self,
        viewer: &User,
        country: Country,
        seen: Option<Sight>,
    ) -> Result<(), AppError> {
        let change = Change::Country(country.as_str(), seen);
        Ok(self.change(viewer, change).await?)
    }

    async fn set_links(
        &self,
        viewer: &User,
        links: Links,
        seen: Option<Sight>,
    ) -> Result<(), AppError> {
        let change = Change::Links(links.as_slice(), seen);
        Ok(self.change(viewer, change).await?)
    }

    async fn show_picture(&self, viewer: &User, seen: Option<Sight>) -> Result<(), AppError> {
        Ok(self.change(viewer, Change::PictureSeen(seen)).await?)
    }

    async fn remove_picture(&self, viewer: &User) -> Result<(), AppError> {
        Ok(self.change(viewer, Change::Picture(None)).await?)
    }
}
