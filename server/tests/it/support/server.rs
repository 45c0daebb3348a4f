//! The server under test, in this process, on a port of its own.

use std::{sync::Arc, time::Duration};

use layover::{
    Bounds,
    config::ProviderConfig,
    hub::{Limits, bus::RedisConfig},
    mails::{MailConfig, MailWay},
    media::{MediaConfig, MediaLimits, MediaStore},
};
use leptos::config::LeptosOptions;
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use url::Url;

use super::{Database, Person, Provider};

pub(crate) struct Server {
    pub(crate) database: Database,
    url: Url,
    /// Where its mails are put.
    mails: Arc<TempDir>,
    /// Where it keeps media; other nodes on its database share it.
    pub(crate) media: Arc<TempDir>,
    media_store: MediaStore,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// What a server is started with, beyond its database.
pub(crate) struct Settings {
    pub(crate) redis: Option<RedisConfig>,
    pub(crate) limits: Limits,
    pub(crate) bounds: Bounds,
    pub(crate) tries: u32,
    pub(crate) provider: Option<ProviderConfig>,
    /// A mail server; without it, mails are files.
    pub(crate) smtp: Option<String>,
    pub(crate) proxies: Vec<String>,
    pub(crate) deletion_days: u16,
    pub(crate) media: MediaLimits,
    pub(crate) media_store: MediaStore,
    /// Where another server has kept media; without it, a new place.
    pub(crate) media_of: Option<Arc<TempDir>>,
}

impl Default for Settings {
    /// Tests say a lot in a short time, and all come from one place.
    fn default() -> Self {
        Self {
            redis: None,
            limits: Limits {
                rate: 0,
                ..Limits::default()
            },
            bounds: Bounds::default(),
            tries: 0,
            provider: None,
            smtp: None,
            proxies: Vec::new(),
            deletion_days: layover::deletions::GRACE,
            media: MediaLimits::default(),
            media_store: MediaStore::Folder,
            media_of: None,
        }
    }
}

impl Settings {
    /// Other nodes are heard over Redis, if there is one.
    pub(crate) fn over(redis: Option<RedisConfig>) -> Self {
        Self {
            redis,
            ..Self::default()
        }
    }
}

/// The parts of a server that listens on any free port.
pub(crate) async fn parts(
    database_url: &str,
    mails: &TempDir,
    media: &TempDir,
    settings: Settings,
) -> layover::Parts {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let proxies = settings.proxies.iter();
    layover::Parts {
        listener,
        pool: layover::pool(database_url).unwrap(),
        redis: settings.redis,
        limits: settings.limits,
        bounds: settings.bounds,
        tries: settings.tries,
        provider: settings.provider,
        mail: MailConfig {
            way: match settings.smtp {
                Some(url) => MailWay::Smtp(url),
                None => MailWay::Folder(mails.path().into()),
            },
            from: "Layover <layover@example.org>".into(),
        },
        media: MediaConfig {
            folder: media.path().into(),
            store: settings.media_store,
            limits: settings.media,
        },
        proxies: proxies.map(|proxy| proxy.parse().unwrap()).collect(),
        deletion_days: settings.deletion_days,
        public_url: Url::parse(&url).unwrap(),
        leptos: LeptosOptions::builder()
            .output_name("layover")
            .site_root("none")
            .build(),
    }
}

impl Server {
    /// A new server on a new database.
    pub(crate) async fn start() -> Self {
        Self::start_on(Database::new().await).await
    }

    /// A new server on a database that has seen others.
    pub(crate) async fn start_on(database: Database) -> Self {
        Self::start_with(database, Settings::default()).await
    }

    /// A new server that hears other nodes over Redis.
    pub(crate) async fn start_over(redis: RedisConfig) -> Self {
        Self::start_with(Database::new().await, Settings::over(Some(redis))).await
    }

    /// Another node on the same database.
    pub(crate) async fn another(&self, redis: Option<RedisConfig>) -> Self {
        let settings = Settings {
            media_of: Some(Arc::clone(&self.media)),
            ..Settings::over(redis)
        };
        Self::start_with(self.database.clone(), settings).await
    }

    /// A new server that people can sign in to through this provider.
    pub(crate) async fn start_beside(provider: &Provider) -> Self {
        let settings = Settings {
            provider: Some(provider.config()),
            ..Settings::default()
        };
        Self::start_with(Database::new().await, settings).await
    }

    pub(crate) async fn start_with(database: Database, settings: Settings) -> Self {
        // Tests hold several of these.
        Box::pin(Self::begin(database, settings)).await
    }

    async fn begin(database: Database, settings: Settings) -> Self {
        let mails = TempDir::new().unwrap();
        let media = settings.media_of.clone();
        let media = media.unwrap_or_else(|| Arc::new(TempDir::new().unwrap()));
        let media_store = settings.media_store.clone();
        let parts = parts(&database.url(), &mails, &media, settings).await;
        let url = parts.public_url.clone();
        let (stop, stopped) = oneshot::channel();
        let (ready, is_ready) = oneshot::channel();
        let task = tokio::spawn(async move {
            let shutdown = async { stopped.await.unwrap_or_default() };
            Box::pin(layover::serve(parts, shutdown, || ready.send(()).unwrap()))
                .await
                .unwrap();
        });
        is_ready.await.unwrap();
        Self {
            database,
            url,
            mails: Arc::new(mails),
            media,
            media_store,
            stop,
            task,
        }
    }

    /// The next mail to an address, as plain text; each is read once. A mail is on its way when the
    /// answer that has caused it has come, so it is looked for again and again.
    pub(crate) async fn mail_to(&self, email: &str) -> String {
        let look = async {
            loop {
                if let Some(mail) = self.find_mail(email) {
                    return mail;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let found = tokio::time::timeout(Duration::from_secs(20), look).await;
        found.unwrap_or_else(|_| panic!("no mail comes to {email}"))
    }

    /// The first mail to an address that nobody has read.
    pub(crate) fn find_mail(&self, email: &str) -> Option<String> {
        let mut files: Vec<_> = std::fs::read_dir(self.mails.path())
            .unwrap()
            .map(|file| file.unwrap().path())
            .filter(|path| path.extension().is_some_and(|kind| kind == "eml"))
            .collect();
        files.sort();
        let to = format!("To: {email}\r\n");
        for file in files {
            let mail = std::fs::read_to_string(&file).unwrap();
            if mail.contains(&to) {
                std::fs::remove_file(file).unwrap();
                // Lines that are too long for a mail are broken by `=`, and `=` stands as `=3D`.
                return Some(mail.replace("=\r\n", "").replace("=3D", "="));
            }
        }
        None
    }

    /// How it keeps media, for who works beside it.
    pub(crate) fn media_config(&self) -> MediaConfig {
        MediaConfig {
            folder: self.media.path().into(),
            store: self.media_store.clone(),
            limits: MediaLimits::default(),
        }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        self.url.join(path).unwrap()
    }

    /// Somebody new, who has signed up.
    pub(crate) async fn person(&self, handle: &str) -> Person {
        Person::sign_up(self.url("/"), handle).await
    }

    /// The same, and has confirmed their address.
    pub(crate) async fn confirmed(&self, handle: &str) -> Person {
        let person = self.person(handle).await;
        person.confirm(self).await;
        person
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
