//! Identities on PostgreSQL: signing in through an OpenID provider, and adding and taking away such
//! ways in.
//!
//! Invariant: nobody is signed in, and nothing is linked, but by the browser that has begun it, once, and
//! for what the provider itself says to us.

mod admission;
mod callback;
mod discovery;
mod flow;
mod handles;
mod http;
mod policy;
mod profile;
mod provider;
mod store;

use std::sync::Arc;

use app::{
    accounts::{Browser, Occasion, User},
    error::{AppError, ErrorCode},
    identities::{Departure, Identities, Identity},
    ids::{IdentityId, UserId},
};
use async_trait::async_trait;
use cookie::time::Duration;
use sqlx::PgPool;
use url::Url;

use self::flow::{Flow, Secrets};
use crate::{
    accounts::{self, AccountsOnPostgres, SessionKey, Token},
    attempts::{Attempts, PROVIDER_FROM, Whom},
    error::Error,
    hub::Hub,
};

pub(crate) use self::{
    callback::callback,
    provider::{Provider, ProviderError},
};

/// The page that tells of one's identities.
const SETTINGS: &str = "/settings/account";

/// The cookie of a browser that has gone to the provider.
const COOKIE: &str = "oidc";

/// How long it keeps that: as long as what it has begun can be finished.
const FLOW: Duration = Duration::minutes(10);

/// What the longest path is to which somebody is sent on, in bytes.
const LONGEST_NEXT: usize = 2000;

pub(crate) struct IdentitiesOnPostgres {
    pool: PgPool,
    attempts: Attempts,
    accounts: Arc<AccountsOnPostgres>,
    hub: Arc<Hub>,
    provider: Option<Provider>,
}

impl IdentitiesOnPostgres {
    pub(crate) fn new(
        pool: PgPool,
        attempts: Attempts,
        accounts: Arc<AccountsOnPostgres>,
        hub: Arc<Hub>,
        provider: Option<Provider>,
    ) -> Self {
        Self {
            pool,
            attempts,
            accounts,
            hub,
            provider,
        }
    }

    fn known_provider(&self) -> Result<&Provider, ErrorCode> {
        self.provider.as_ref().ok_or(ErrorCode::NotFound)
    }

    async fn depart(
        &self,
        next: &str,
        linking: Option<UserId>,
        browser: &Browser,
    ) -> Result<Departure, Error> {
        let provider = self.known_provider()?;
        self.attempts
            .spend(PROVIDER_FROM, Whom::Address(browser.address))
            .await?;
        let secrets = Secrets::new()?;
        let way = provider.way(&secrets.state, &Token::new()?).await?;
        let next = if next.len() > LONGEST_NEXT { "/" } else { next };
        let flow = Flow {
            nonce: way.nonce,
            verifier: way.verifier,
            next: next.to_owned(),
            linking,
        };
        let mut db = self.pool.acquire().await?;
        store::insert_flow(&mut db, &secrets, &flow).await?;
        Ok(Departure {
            url: way.url.into(),
            set_cookie: self.cookie(secrets.browser.as_str(), FLOW),
        })
    }

    async fn begin_link(&self, viewer: &User, browser: &Browser) -> Result<Departure, Error> {
        self.known_provider()?;
        self.accounts.require_fresh(browser).await?;
        let mut db = self.pool.acquire().await?;
        let details = accounts::store::details(&mut db, viewer.id).await?;
        drop(db);
        policy::may_link(details.confirmed)?;
        self.depart(SETTINGS, Some(viewer.id), browser).await
    }

    /// A `Set-Cookie` value of the cookie by which the browser that comes back is known to have left.
    fn cookie(&self, value: &str, lifetime: Duration) -> String {
        self.accounts.cookies().build(COOKIE, value, lifetime)
    }

    /// What the browser has begun under this state and not finished. It is used up by that.
    async fn take_flow(
        &self,
        state: Option<&str>,
        browser: Option<&str>,
    ) -> Result<Option<Flow>, Error> {
        let keys = state
            .and_then(SessionKey::of)
            .zip(browser.and_then(SessionKey::of));
        let Some((state, browser)) = keys else {
            return Ok(None);
        };
        let mut db = self.pool.acquire().await?;
        store::take_flow(&mut db, &state, &browser).await
    }

    async fn read_list(&self, viewer: &User) -> Result<Vec<Identity>, Error> {
        let mut db = self.pool.acquire().await?;
        let stored = store::list(&mut db, viewer.id).await?;
        let identities = stored.into_iter().map(|identity| Identity {
            id: identity.id,
            provider: self.name_of(&identity.issuer),
            email: identity.email,
            linked_at: identity.linked_at,
        });
        Ok(identities.collect())
    }

    /// What people know an issuer by. One that is not configured any more is known by its host.
    fn name_of(&self, issuer: &str) -> String {
        match &self.provider {
            Some(provider) if provider.issuer() == issuer => provider.name().to_owned(),
            _ => {
                let url = Url::parse(issuer).ok();
                let host = url.as_ref().and_then(Url::host_str);
                host.unwrap_or(issuer).to_owned()
            }
        }
    }

    async fn take_away(
        &self,
        viewer: &User,
        browser: &Browser,
        identity: IdentityId,
    ) -> Result<(), Error> {
        self.accounts.require_fresh(browser).await?;
        let mut tx = self.pool.begin().await?;
        let has_password = store::lock_password(&mut tx, viewer.id).await?;
        let own = store::list(&mut tx, viewer.id).await?;
        let usable = self.provider.as_ref().map(Provider::issuer);
        let gone = policy::may_unlink(has_password, &own, usable, identity)?;
        store::delete(&mut tx, identity).await?;
        accounts::keep_only(&mut tx, viewer, browser).await?;
        tx.commit().await?;
        self.hub.hurry();
        let name = self.name_of(&gone.issuer);
        let occasion = Occasion::IdentityRemoved(name);
        self.accounts.tell_owner(viewer.id, occasion);
        Ok(())
    }
}

/// Removes what nobody has come back for in time.
pub(crate) async fn forget_expired(pool: &PgPool) -> Result<(), Error> {
    let mut db = pool.acquire().await?;
    store::forget_expired(&mut db).await
}

#[async_trait]
impl Identities for IdentitiesOnPostgres {
    fn provider(&self) -> Option<app::identities::Provider> {
        let provider = self.provider.as_ref()?;
        Some(app::identities::Provider {
            name: provider.name().to_owned(),
        })
    }

    async fn start(&self, next: &str, browser: &Browser) -> Result<Departure, AppError> {
        Ok(self.depart(next, None, browser).await?)
    }

    async fn link(&self, viewer: &User, browser: &Browser) -> Result<Departure, AppError> {
        Ok(self.begin_link(viewer, browser).await?)
    }

    async fn list(&self, viewer: &User) -> Result<Vec<Identity>, AppError> {
        Ok(self.read_list(viewer).await?)
    }

    async fn unlink(
        &self,
        viewer: &User,
        browser: &Browser,
        identity: IdentityId,
    ) -> Result<(), AppError> {
        Ok(self.take_away(viewer, browser, identity).await?)
    }
}
