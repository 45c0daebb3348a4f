//! What the server does for profiles.

use async_trait::async_trait;

use super::{Bio, Country, DisplayName, Languages, Links, OwnProfile, Profile, Sight};
use crate::{
    accounts::{Handle, User},
    error::AppError,
};

#[async_trait]
pub trait Profiles: Send + Sync {
    /// The profile of whoever has this handle, as far as the viewer may see it. Between two of whom one
    /// has blocked the other it is what strangers see; of somebody who is suspended, the handle alone.
    async fn find(&self, viewer: Option<&User>, handle: &Handle) -> Result<Profile, AppError>;

    /// The viewer's own, with who sees what of it.
    async fn own(&self, viewer: &User) -> Result<OwnProfile, AppError>;

    /// Those who share a room with the viewer hear within about a second that something has changed, on
    /// every node; what it is, they ask for. Without `seen`, whoever sees it goes on doing so. So it is with all
    /// that follow.
    async fn set_name(
        &self,
        viewer: &User,
        name: DisplayName,
        seen: Option<Sight>,
    ) -> Result<(), AppError>;

    async fn set_bio(&self, viewer: &User, bio: Bio, seen: Option<Sight>) -> Result<(), AppError>;

    async fn set_languages(
        &self,
        viewer: &User,
        languages: Languages,
        seen: Option<Sight>,
    ) -> Result<(), AppError>;

    async fn set_country(
        &self,
        viewer: &User,
        country: Country,
        seen: Option<Sight>,
    ) -> Result<(), AppError>;

    async fn set_links(
        &self,
        viewer: &User,
        links: Links,
        seen: Option<Sight>,
    ) -> Result<(), AppError>;

    /// Who sees the picture. It itself comes as a file.
    async fn show_picture(&self, viewer: &User, seen: Option<Sight>) -> Result<(), AppError>;

    /// Takes the picture away. What nothing else shows is deleted.
    async fn remove_picture(&self, viewer: &User) -> Result<(), AppError>;
}
