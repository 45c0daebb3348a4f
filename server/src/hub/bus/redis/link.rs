//! One link to Redis: a connection to each of its nodes, from connecting until any of them is lost.
//!
//! It repairs nothing: a lost connection, an answer that does not come, a slot that has moved all
//! end it. Invariant: one batch of subscriptions and one write of messages are on their way at a
//! time, so that order is kept.

use std::{convert::Infallible, sync::Arc, time::Duration};

use futures::future::try_join_all;
use redis::{
    AsyncConnectionConfig, Cmd, Pipeline, PushInfo, PushKind, RedisError, RetryMethod, Value,
    aio::MultiplexedConnection, cmd,
};
use thiserror::Error;
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use super::{super::Channel, cluster::Topology, server::Server, shared::Shared};

/// To be connected and greeted.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);
/// For the answer to anything. With the next, a Redis that hangs is found in 2.5 seconds.
const ANSWER_WITHIN: Duration = Duration::from_millis(1_500);
const PING_EVERY: Duration = Duration::from_secs(1);

/// Why a link ended.
#[derive(Debug, Error)]
pub(super) enum LinkError {
    #[error(transparent)]
    Redis(#[from] RedisError),
    #[error("no answer in time")]
    Late,
    #[error("the connection or a subscription was ended")]
    Lost,
    #[error("some slots of the cluster have no node")]
    Uncovered,
    #[error("the answer about the cluster's nodes makes no sense")]
    Topology,
}

/// The commands for channels: a cluster has its own.
#[derive(Debug)]
struct Verbs {
    subscribe: &'static str,
    unsubscribe: &'static str,
    publish: &'static str,
}

const PLAIN: Verbs = Verbs {
    subscribe: "SUBSCRIBE",
    unsubscribe: "UNSUBSCRIBE",
    publish: "PUBLISH",
};

const SHARDED: Verbs = Verbs {
    subscribe: "SSUBSCRIBE",
    unsubscribe: "SUNSUBSCRIBE",
    publish: "SPUBLISH",
};

pub(super) struct Link {
    shared: Arc<Shared>,
    topology: Topology,
    connections: Vec<MultiplexedConnection>,
    verbs: Verbs,
    /// A connection has ended, or Redis has ended a subscription.
    broken: Arc<Notify>,
}

impl Link {
    pub(super) async fn connect(
        server: &mut Server,
        shared: &Arc<Shared>,
    ) -> Result<Self, LinkError> {
        let topology = match within(CONNECT_WITHIN, discover(server)).await {
            Ok(topology) => topology,
            Err(reason) => {
                server.pass();
                return Err(reason);
            }
        };
        if topology.is_cluster() {
            server.remember(&topology.nodes);
        }
        let broken = Arc::new(Notify::new());
        let number = shared.wishes().begin();
        let connections = topology.nodes.iter().map(async |node| {
            let config =
                unhurried().set_push_sender(ear(Arc::clone(shared), number, Arc::clone(&broken)));
            let client = server.client(node.clone())?;
            let connection = client.get_multiplexed_async_connection_with_config(&config);
            Ok::<_, LinkError>(connection.await?)
        });
        let connections = within(CONNECT_WITHIN, try_join_all(connections)).await?;
        Ok(Self {
            shared: Arc::clone(shared),
            verbs: if topology.is_cluster() {
                SHARDED
            } else {
                PLAIN
            },
            topology,
            connections,
            broken,
        })
    }

    pub(super) fn nodes(&self) -> usize {
        self.connections.len()
    }

    /// Until Redis holds all subscriptions that are wanted.
    pub(super) async fn settle(&self) -> Result<(), LinkError> {
        loop {
            let Some(batch) = self.shared.wishes().take() else {
                return Ok(());
            };
            // One channel a command: those of a cluster rarely share a slot.
            let join = batch
                .join
                .iter()
                .map(|channel| (*channel, self.verbs.subscribe));
            let leave = batch
                .leave
                .iter()
                .map(|channel| (*channel, self.verbs.unsubscribe));
            let commands = join.chain(leave).map(|(channel, verb)| {
                let mut command = cmd(verb);
                command.arg(channel.wire());
                (channel, command)
            });
            self.send(commands).await?;
            self.shared.wishes().done(&batch);
        }
    }

    /// Until the link is lost.
    pub(super) async fn serve(&self) -> LinkError {
        let lost = tokio::select! {
            () = self.broken.notified() => Err(LinkError::Lost),
            lost = self.keep_subscribed() => lost,
            lost = self.keep_publishing() => lost,
            lost = self.keep_alive() => lost,
        };
        let Err(reason) = lost;
        reason
    }

    async fn keep_subscribed(&self) -> Result<Infallible, LinkError> {
        loop {
            self.settle().await?;
            self.shared.changed.notified().await;
        }
    }

    async fn keep_publishing(&self) -> Result<Infallible, LinkError> {
        let mut refused = false;
        loop {
            let messages = self.shared.outbox.take().await;
            let commands = messages.into_iter().map(|(channel, payload)| {
                let mut command = cmd(self.verbs.publish);
                command.arg(channel.wire()).arg(&payload[..]);
                (channel, command)
            });
            match self.send(commands).await {
                // A user who may not publish still hears: a new link would not help.
                Err(LinkError::Redis(error)) if is_refusal(&error) => {
                    if !refused {
                        tracing::warn!(%error, "Redis refuses messages to other nodes");
                    }
                    refused = true;
                }
                sent => sent?,
            }
        }
    }

    /// A connection whose other end is gone without a word is found by a ping.
    async fn keep_alive(&self) -> Result<Infallible, LinkError> {
        loop {
            sleep(PING_EVERY).await;
            self.shared.report_losses();
            let pings = self.connections.iter().map(async |connection| {
                let pong: Result<(), _> = cmd("PING").query_async(&mut connection.clone()).await;
                Ok::<_, LinkError>(pong?)
            });
            within(ANSWER_WITHIN, try_join_all(pings)).await?;
        }
    }

    /// One write to each node that has a share in the commands. Returns when all have answered.
    async fn send(&self, commands: impl Iterator<Item = (Channel, Cmd)>) -> Result<(), LinkError> {
        let mut pipelines = vec![Pipeline::new(); self.connections.len()];
        for (channel, command) in commands {
            pipelines[self.topology.node(channel)].add_command(command);
        }
        let sent = self.connections.iter().zip(&pipelines);
        let sent = sent.filter(|(_, pipeline)| !pipeline.is_empty());
        let sent = sent.map(async |(connection, pipeline)| {
            Ok::<_, LinkError>(pipeline.exec_async(&mut connection.clone()).await?)
        });
        within(ANSWER_WITHIN, try_join_all(sent)).await.map(|_| ())
    }
}

async fn within<T>(
    time: Duration,
    answer: impl Future<Output = Result<T, LinkError>>,
) -> Result<T, LinkError> {
    timeout(time, answer).await.unwrap_or(Err(LinkError::Late))
}

/// Without the crate's own time limits: [`within`] covers more.
fn unhurried() -> AsyncConnectionConfig {
    AsyncConnectionConfig::new()
        .set_connection_timeout(None)
        .set_response_timeout(None)
}

async fn discover(server: &Server) -> Result<Topology, LinkError> {
    let seed = server.seed();
    let client = server.client(seed.clone())?;
    let config = unhurried();
    let connection = client.get_multiplexed_async_connection_with_config(&config);
    Topology::ask(&mut connection.await?, seed).await
}

/// Whether Redis has understood and will not, whatever the link.
fn is_refusal(error: &RedisError) -> bool {
    matches!(error.retry_method(), RetryMethod::NoRetry)
}

/// Hears what Redis says unasked. It runs inside of the connection and never waits.
fn ear(
    shared: Arc<Shared>,
    link: u64,
    broken: Arc<Notify>,
) -> impl Fn(PushInfo) -> Result<(), Infallible> {
    move |PushInfo { kind, data }| {
        let mut data = data.into_iter().map(|value| match value {
            Value::BulkString(bytes) => bytes,
            _ => Vec::new(),
        });
        match kind {
            PushKind::Message | PushKind::SMessage => {
                if let (Some(name), Some(payload)) = (data.next(), data.next())
                    && let Some(channel) = Channel::from_wire(&name)
                {
                    shared.deliver(link, channel, payload.into());
                }
            }
            PushKind::Unsubscribe | PushKind::SUnsubscribe => {
                let channel = data.next().and_then(|name| Channel::from_wire(&name));
                if !channel.is_some_and(|channel| shared.wishes().is_leaving(channel)) {
                    broken.notify_one();
                }
            }
            PushKind::Disconnection => broken.notify_one(),
            _ => {}
        }
        Ok(())
    }
}
