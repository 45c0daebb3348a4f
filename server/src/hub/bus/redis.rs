//! The bus over Redis: one server, or a Redis Cluster (7 or later) with sharded channels.
//!
//! It stores nothing in Redis and needs none to be there: it connects in the background and comes back
//! by itself. One link at a time stands for the whole of Redis; when any part of it is lost, all of
//! it is down and made anew, so that a cluster that has moved is simply read again. Its user needs
//! no more than `(s)subscribe`, `(s)unsubscribe`, `(s)publish`, `ping`, `cluster|slots` and
//! `&layover:*`.
//!
//! Invariant: `Up` is told when every wanted channel is confirmed; `Up` and `Down` are never dropped,
//! messages are when the node does not keep up.

mod backoff;
mod cluster;
mod link;
mod outbox;
mod server;
mod shared;
mod wishes;

use std::{
    fmt,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::{sync::mpsc, task::JoinHandle, time::timeout};

use self::{
    backoff::Backoff,
    link::{Link, LinkError},
    server::Server,
    shared::Shared,
    wishes::Wish,
};
use super::{Bus, BusError, BusEvent, Channel};

/// How long a subscription waits for its confirmation.
const CONFIRM_WITHIN: Duration = Duration::from_secs(1);

/// Where Redis is. Whether it is a cluster, it says itself.
#[derive(Clone)]
pub struct RedisConfig {
    /// `redis://` or `rediss://`, with user and password where Redis asks for them. For a cluster,
    /// any node of it.
    pub url: String,
    /// A PEM file of the certificates to trust instead of the system's.
    pub ca: Option<PathBuf>,
}

/// Without the URL, which may hold a password.
impl fmt::Debug for RedisConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisConfig")
            .field("ca", &self.ca)
            .finish_non_exhaustive()
    }
}

/// Ends with its last handle, or when nobody receives its events any more.
#[derive(Debug)]
pub struct RedisBus {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl RedisBus {
    /// Starts to connect, and returns at once: only settings that can never work are an error.
    /// Must be called in a Tokio runtime.
    pub fn connect(
        config: &RedisConfig,
    ) -> Result<(Arc<Self>, mpsc::Receiver<BusEvent>), BusError> {
        let server = Server::new(config)?;
        let (shared, events) = Shared::new();
        let shared = Arc::new(shared);
        let task = tokio::spawn(run(server, Arc::clone(&shared)));
        Ok((Arc::new(Self { shared, task }), events))
    }
}

impl Drop for RedisBus {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[async_trait]
impl Bus for RedisBus {
    async fn subscribe(&self, channel: Channel) -> Result<(), BusError> {
        match self.shared.want(channel) {
            Wish::Held => Ok(()),
            Wish::Away => Err(BusError::Away),
            Wish::Pending(confirmed) => match timeout(CONFIRM_WITHIN, confirmed).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) => Err(BusError::Away),
                Err(_) => Err(BusError::Unconfirmed),
            },
        }
    }

    fn unsubscribe(&self, channel: Channel) {
        self.shared.unwant(channel);
    }

    fn publish(&self, channel: Channel, payload: Bytes) {
        self.shared.outbox.push(channel, payload);
    }

    fn is_up(&self) -> bool {
        self.shared.wishes().is_up()
    }
}

async fn run(mut server: Server, shared: Arc<Shared>) {
    tokio::select! {
        () = shared.events.closed() => {}
        () = keep_linked(&mut server, &shared) => {}
    }
}

/// One link after the other. Returns when nobody receives the events.
async fn keep_linked(server: &mut Server, shared: &Arc<Shared>) {
    let mut backoff = Backoff::default();
    loop {
        let began = Instant::now();
        let reason = match Link::connect(server, shared).await {
            Ok(link) => stand(&link, shared).await,
            Err(reason) => reason,
        };
        if shared.fall() {
            tracing::warn!(error = %reason, "Redis is away: nodes hear of each other by polling");
            if shared.events.send(BusEvent::Down).await.is_err() {
                return;
            }
        } else if backoff.is_fresh() {
            tracing::warn!(error = %reason, "Redis cannot be reached: will keep trying");
        } else {
            tracing::debug!(error = %reason, "Redis still cannot be reached");
        }
        backoff.wait_after(began.elapsed()).await;
    }
}

/// Until the link is lost.
async fn stand(link: &Link, shared: &Shared) -> LinkError {
    loop {
        if let Err(reason) = link.settle().await {
            return reason;
        }
        if shared.rise() {
            break;
        }
    }
    tracing::info!(redis.nodes = link.nodes(), "Redis is there");
    // Told outside of what the link's end cuts off, so that each `Down` follows its `Up`.
    if shared.events.send(BusEvent::Up).await.is_err() {
        return LinkError::Lost;
    }
    link.serve().await
}
