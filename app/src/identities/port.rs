//! What the server does for identities.

use async_trait::async_trait;

use super::{Identity, Provider};
use crate::{
    accounts::{Browser, User},
    error::AppError,
    ids::IdentityId,
};

/// The way to the provider.
#[derive(Debug)]
pub struct Departure {
    /// Where the browser goes.
    pub url: String,
    /// The `Set-Cookie` value by which the browser that comes back is known to be the one that left.
    pub set_cookie: String,
}

#[async_trait]
pub trait Identities: Send + Sync {
    /// The provider, if there is one to sign in through.
    fn provider(&self) -> Option<Provider>;

    /// Begins to sign somebody in, who then goes on to `next`, a path of this site. `not_found` without
    /// a provider.
    async fn start(&self, next: &str, browser: &Browser) -> Result<Departure, AppError>;

    /// Begins to add an identity to the viewer's account, for a session that has just begun: what is
    /// added outlives it, and a changed password too. Whoever has not confirmed their address has none
    /// added: it may be another's, who comes to own the account.
    async fn link(&self, viewer: &User, browser: &Browser) -> Result<Departure, AppError>;

    /// The viewer's identities, the oldest first.
    async fn list(&self, viewer: &User) -> Result<Vec<Identity>, AppError>;

    /// Takes an identity away from the viewer's account, as long as another way in remains, for a session
    /// that has just begun. All others end: they may have been begun by it. A mail tells the owner.
    async fn unlink(
        &self,
        viewer: &User,
        browser: &Browser,
        identity: IdentityId,
    ) -> Result<(), AppError>;
}
