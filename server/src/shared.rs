//! What the use cases share, and the use cases themselves, on PostgreSQL.

use std::sync::Arc;

use app::context::Ports;
use sqlx::PgPool;
use url::Url;

use crate::{
    ServeError,
    accounts::AccountsOnPostgres,
    attempts::Attempts,
    blocks::BlocksOnPostgres,
    config::ProviderConfig,
    deletions::DeletionsOnPostgres,
    hub::Hub,
    identities::{IdentitiesOnPostgres, Provider},
    invites::InvitesOnPostgres,
    journeys::{JourneysOnPostgres, templates::Catalogue},
    mails::{MailConfig, Mails},
    media::Media,
    messages::{MessagesOnPostgres, Writer},
    profiles::ProfilesOnPostgres,
    reads::ReadsOnPostgres,
    reports::ReportsOnPostgres,
    rooms::RoomsOnPostgres,
    waits::WaitsOnPostgres,
};

pub(crate) struct Shared {
    pool: PgPool,
    hub: Arc<Hub>,
    pub(crate) writer: Writer,
    pub(crate) attempts: Attempts,
    pub(crate) accounts: Arc<AccountsOnPostgres>,
    pub(crate) identities: Arc<IdentitiesOnPostgres>,
    pub(crate) profiles: Arc<ProfilesOnPostgres>,
    pub(crate) catalogue: Arc<Catalogue>,
    /// Where people find Layover, without a slash at its end.
    address: Arc<str>,
}

impl Shared {
    /// Starts what works in the background for them.
    pub(crate) fn start(
        pool: &PgPool,
        hub: &Arc<Hub>,
        attempts: Attempts,
        mail: &MailConfig,
        provider: Option<ProviderConfig>,
        public_url: &Url,
    ) -> Result<Self, ServeError> {
        let address = public_url.as_str().trim_end_matches('/');
        let accounts = Arc::new(AccountsOnPostgres::new(
            pool.clone(),
            attempts.clone(),
            Mails::start(mail, address)?,
            Arc::clone(hub),
            public_url,
        ));
        let provider = provider.map(|provider| Provider::new(provider, address));
        let identities = Arc::new(IdentitiesOnPostgres::new(
            pool.clone(),
            attempts.clone(),
            Arc::clone(&accounts),
            Arc::clone(hub),
            provider.transpose()?,
        ));
        Ok(Self {
            pool: pool.clone(),
            hub: Arc::clone(hub),
            writer: Writer::start(pool, hub),
            attempts,
            accounts,
            identities,
            profiles: Arc::new(ProfilesOnPostgres::new(pool.clone(), Arc::clone(hub))),
            catalogue: Arc::new(Catalogue::bundled()?),
            address: address.into(),
        })
    }

    /// The use cases. An account is deleted so many days after its owner has asked for that.
    pub(crate) fn ports(&self, media: Arc<Media>, deletion_days: u16) -> Ports {
        let pool = || self.pool.clone();
        let hub = || Arc::clone(&self.hub);
        let writer = || self.writer.clone();
        let attempts = || self.attempts.clone();
        let accounts = || Arc::clone(&self.accounts);
        Ports {
            accounts: accounts(),
            identities: Arc::<IdentitiesOnPostgres>::clone(&self.identities),
            profiles: Arc::<ProfilesOnPostgres>::clone(&self.profiles),
            rooms: Arc::new(RoomsOnPostgres::new(pool(), writer())),
            invites: Arc::new(InvitesOnPostgres::new(pool(), attempts(), writer())),
            messages: Arc::new(MessagesOnPostgres::new(pool(), writer())),
            media,
            reads: Arc::new(ReadsOnPostgres::new(pool(), hub())),
            blocks: Arc::new(BlocksOnPostgres::new(pool(), writer(), hub())),
            reports: Arc::new(ReportsOnPostgres::new(pool(), attempts())),
            deletions: Arc::new(DeletionsOnPostgres::new(
                pool(),
                accounts(),
                hub(),
                deletion_days,
            )),
            journeys: Arc::new(JourneysOnPostgres::new(
                pool(),
                attempts(),
                Arc::clone(&self.catalogue),
                hub(),
            )),
            waits: Arc::new(WaitsOnPostgres::new(pool(), Arc::clone(&self.catalogue))),
            public_url: Arc::clone(&self.address),
        }
    }
}
