//! The Layover server: implements the ports of `app` on PostgreSQL, and opens them to browsers and
//! programs over HTTP and the WebSocket.
//!
//! This file is the composition root: what is made, in which order, and what ends it.
#![recursion_limit = "512"]

pub mod accounts;
mod allocator;
mod assets;
mod attempts;
mod blocks;
mod browsers;
pub mod commands;
pub mod config;
mod connections;
mod database;
pub mod deletions;
pub mod demo;
mod doors;
pub mod embedded;
pub mod error;
mod exports;
mod health;
mod housekeeping;
pub mod hub;
mod identities;
mod installation;
mod invites;
pub mod journeys;
pub mod mails;
pub mod media;
pub mod messages;
mod origins;
mod pages;
mod profiles;
pub mod reads;
pub mod reports;
pub mod rooms;
mod router;
mod shared;
pub mod telemetry;
pub mod waits;

pub use connections::Bounds;
pub use database::{MIGRATIONS, pool};
pub use installation::renew_epoch;

use std::{future::Future, sync::Arc, time::Duration};

use app::live::wire::CloseCode;
use ipnet::IpNet;
use leptos::config::LeptosOptions;
use sqlx::PgPool;
use tokio::{net::TcpListener, sync::Notify, task::JoinSet};
use url::Url;

use crate::{
    attempts::Attempts,
    config::ProviderConfig,
    deletions::Eraser,
    exports::Exports,
    health::Readiness,
    hub::{
        Hub, Limits,
        bus::{self, BusError, RedisConfig},
    },
    journeys::templates::InvalidTemplate,
    mails::{MailConfig, MailError},
    media::{Media, MediaConfig, Tidier},
    router::Services,
    shared::Shared,
    waits::Counter,
};

/// How long open requests may take to end once the server stops.
const DRAIN: Duration = Duration::from_secs(5);

/// What a server is made from.
pub struct Parts {
    pub listener: TcpListener,
    /// Need not be connected yet: until it answers, the server says that it is starting.
    pub pool: PgPool,
    /// Carries what happens from node to node.
    pub redis: Option<RedisConfig>,
    /// What each person may ask for.
    pub limits: Limits,
    /// What each connection may take.
    pub bounds: Bounds,
    /// How many times as many tries as usual to sign in, up and so on are allowed at once; 0 is no limit.
    pub tries: u32,
    /// Whom people can sign in through.
    pub provider: Option<ProviderConfig>,
    pub mail: MailConfig,
    pub media: MediaConfig,
    /// Proxies whose word is taken for whom they speak for.
    pub proxies: Vec<IpNet>,
    /// How many days somebody has to change their mind when they have asked for their account's end.
    pub deletion_days: u16,
    /// The address that people type.
    pub public_url: Url,
    pub leptos: LeptosOptions,
}

/// Serves until `shutdown` is done, then drains. `ready` is called once, when requests are answered.
///
/// # Errors
///
/// When the database has a schema that this version cannot work with.
pub async fn serve(
    parts: Parts,
    shutdown: impl Future<Output = ()>,
    ready: impl FnOnce(),
) -> Result<(), ServeError> {
    let Parts {
        listener,
        pool,
        redis,
        limits,
        bounds,
        tries,
        provider,
        mail,
        media,
        proxies,
        deletion_days,
        public_url,
        leptos,
    } = parts;
    // TLS is ring's everywhere. Whoever has chosen something else before wins.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Leptos runs its tasks on this runtime. A second server in one process finds it set.
    let _ = any_spawner::Executor::init_tokio();

    let (bus, events) = bus::link(redis.as_ref())?;
    let (hub, gaps) = Hub::new(bus, limits);
    let hub = Arc::new(hub);
    // Of its own: a node whose requests wait for connections still keeps itself up to date.
    let watch = database::beside(&pool, hub::CONNECTIONS);
    let mut background = JoinSet::new();
    if let Some(events) = events {
        background.spawn(hub::hear(Arc::clone(&hub), events));
    }
    background.spawn(hub::beat(Arc::clone(&hub)));
    background.spawn(hub::fill_gaps(Arc::clone(&hub), watch.clone(), gaps));
    let readiness = Readiness::new(pool.clone());
    let attempts = Attempts::new(pool.clone(), tries);
    let shared = Shared::start(&pool, &hub, attempts, &mail, provider, &public_url)?;
    let counter = Counter::new(pool.clone(), Arc::clone(&shared.catalogue));
    let eraser = Eraser::new(pool.clone(), shared.writer.clone(), Arc::clone(&hub));
    let media = Arc::new(Media::new(pool.clone(), &media)?);
    let tidier = Tidier::new(Arc::clone(&media));
    let services = Services {
        ports: shared.ports(Arc::<Media>::clone(&media), deletion_days),
        exports: Arc::new(Exports::new(
            pool.clone(),
            shared.attempts,
            Arc::clone(&media),
        )),
        accounts: shared.accounts,
        identities: shared.identities,
        profiles: shared.profiles,
        media,
        hub: Arc::clone(&hub),
        readiness: readiness.clone(),
        public_url: Arc::new(public_url),
        proxies: proxies.into(),
        bounds,
        leptos,
    };

    let stop = Arc::new(Notify::new());
    let stopped = Arc::clone(&stop);
    let router = router::router(services);
    let server = connections::serve(listener, router, bounds, async move {
        stopped.notified().await;
    });
    let drained = async {
        let migrated = async {
            database::migrate(&pool).await?;
            hub.set_epoch(installation::settle_epoch(&pool).await?);
            background.spawn(hub::keep_up(Arc::clone(&hub), watch.clone()));
            background.spawn(housekeeping::keep_house(pool.clone()));
            background.spawn(housekeeping::tidy_up(tidier));
            background.spawn(housekeeping::end_accounts(eraser));
            background.spawn(waits::keep_counting(counter));
            readiness.open();
            ready();
            std::future::pending::<Result<(), ServeError>>().await
        };
        let result = tokio::select! {
            () = shutdown => Ok(()),
            result = migrated => result,
        };
        tracing::info!("stopping");
        readiness.close();
        stop.notify_one();
        hub.close_all(CloseCode::Restart);
        tokio::time::sleep(DRAIN).await;
        result
    };
    // Requests that are under way are answered; sockets say why they close, and other nodes hear who
    // has gone with them.
    let served = async {
        server.await;
        hub.emptied().await;
        Ok(())
    };
    tokio::select! {
        result = served => result,
        result = drained => result,
    }?;
    background.shutdown().await;
    watch.close().await;
    pool.close().await;
    Ok(())
}

/// Why a server ended by itself.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("the database cannot be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("the epoch of this installation cannot be settled")]
    Epoch(#[from] error::Error),
    #[error("no certificates of this system can be read (install ca-certificates)")]
    Certificates(#[from] reqwest::Error),
    #[error("mails cannot be sent")]
    Mail(#[from] MailError),
    #[error("a journey template cannot be used")]
    Template(#[from] InvalidTemplate),
    #[error("REDIS_URL or REDIS_CA cannot be used")]
    Bus(#[from] BusError),
}
