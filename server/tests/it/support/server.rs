//! The server under test, in this process, on a port of its own.

use layover::hub::{Limits, bus::RedisConfig};
use leptos::config::LeptosOptions;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use url::Url;

use super::{Database, Person};

pub(crate) struct Server {
    pub(crate) database: Database,
    url: Url,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// Tests say a lot in a short time.
fn unhurried() -> Limits {
    Limits {
        rate: 0,
        ..Limits::default()
    }
}

impl Server {
    /// A new server on a new database.
    pub(crate) async fn start() -> Self {
        Self::start_on(Database::new().await).await
    }

    /// A new server on a database that has seen others.
    pub(crate) async fn start_on(database: Database) -> Self {
        Self::start_with(database, None, unhurried()).await
    }

    /// A new server that hears other nodes over Redis.
    pub(crate) async fn start_over(redis: RedisConfig) -> Self {
        Self::start_with(Database::new().await, Some(redis), unhurried()).await
    }

    /// Another node on the same database.
    pub(crate) async fn another(&self, redis: Option<RedisConfig>) -> Self {
        Self::start_with(self.database.clone(), redis, unhurried()).await
    }

    pub(crate) async fn start_with(
        database: Database,
        redis: Option<RedisConfig>,
        limits: Limits,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let url = Url::parse(&url).unwrap();
        let parts = layover::Parts {
            listener,
            pool: layover::pool(&database.url()).unwrap(),
            redis,
            limits,
            public_url: url.clone(),
            leptos: LeptosOptions::builder()
                .output_name("layover")
                .site_root("none")
                .build(),
        };
        let (stop, stopped) = oneshot::channel();
        let (ready, is_ready) = oneshot::channel();
        let task = tokio::spawn(async move {
            let shutdown = async { stopped.await.unwrap_or_default() };
            layover::serve(parts, shutdown, || ready.send(()).unwrap())
                .await
                .unwrap();
        });
        is_ready.await.unwrap();
        Self {
            database,
            url,
            stop,
            task,
        }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        self.url.join(path).unwrap()
    }

    /// Somebody new, who has signed up.
    pub(crate) async fn person(&self, handle: &str) -> Person {
        Person::sign_up(self.url("/"), handle).await
    }

    /// Somebody who has no account.
    pub(crate) fn stranger(&self) -> Person {
        Person::stranger(self.url("/"))
    }

    /// Stops the server and keeps the database.
    pub(crate) async fn stop(self) -> Database {
        self.stop.send(()).unwrap();
        self.task.await.unwrap();
        self.database
    }

    /// Stops the server and takes everything away.
    pub(crate) async fn end(self) {
        self.stop().await.drop().await;
    }
}
