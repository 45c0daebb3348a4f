//! Settings: environment variables, and flags of the same names. All are checked at start.

mod commands;
mod media;
mod provider;

use std::{
    env,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use clap::Args;
use ipnet::IpNet;
use leptos::config::LeptosOptions;
use url::{Host, Url};

use crate::{
    deletions, embedded,
    hub::{Limits, bus::RedisConfig},
    mails::{MailConfig, MailWay},
    media::MediaConfig,
    telemetry::LogFormat,
};

pub(crate) use self::provider::GOOGLE;
pub use self::{
    commands::{Cli, Command},
    media::MediaArgs,
    provider::{ProviderArgs, ProviderConfig},
};

#[derive(Debug, Clone, Args)]
pub struct Config {
    /// The port, on the loopback interface.
    #[arg(long, env = "PORT", default_value_t = 3000, global = true)]
    pub port: u16,

    /// Address and port to listen on; wins over the port alone.
    #[arg(long = "layover-addr", env = "LAYOVER_ADDR", global = true)]
    pub addr: Option<SocketAddr>,

    /// The address that people type into their browser. Must be https, unless it is this machine.
    #[arg(long, env = "PUBLIC_URL", global = true)]
    pub public_url: Option<Url>,

    /// A PostgreSQL of yours. Without it, a private one is run in the data folder.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,

    /// A Redis that carries what happens from node to node, redis:// or rediss://; any node of a
    /// cluster. Without it nodes hear of each other a quarter of a second later.
    #[arg(long, env = "REDIS_URL", hide_env_values = true, global = true)]
    pub redis_url: Option<String>,

    /// A PEM file of the certificates to trust for rediss://, instead of the system's.
    #[arg(long, env = "REDIS_CA", global = true)]
    pub redis_ca: Option<PathBuf>,

    /// How many messages a person may send per second, over all of their devices; 0 is no limit.
    #[arg(
        long = "layover-rate-per-second",
        env = "LAYOVER_RATE_PER_SECOND",
        default_value_t = Limits::default().rate,
        global = true
    )]
    pub rate: u32,

    /// How many of them may come at once.
    #[arg(
        long = "layover-rate-burst",
        env = "LAYOVER_RATE_BURST",
        default_value_t = Limits::default().burst,
        global = true
    )]
    pub burst: u32,

    /// How many rooms one page may listen to; 0 is no limit.
    #[arg(
        long = "layover-subscriptions",
        env = "LAYOVER_SUBSCRIPTIONS",
        default_value_t = Limits::default().subscriptions,
        global = true
    )]
    pub subscriptions: usize,

    /// How many times as many tries to sign in, sign up, ask for mails or follow invites are allowed at
    /// once as usual; 0 is no limit.
    #[arg(
        long = "layover-tries",
        env = "LAYOVER_TRIES",
        default_value_t = 1,
        global = true
    )]
    pub tries: u32,

    /// Proxies in front of Layover, addresses or networks with commas between them: what they say in
    /// X-Forwarded-For is believed. Nobody else's word is.
    #[arg(
        long = "layover-proxies",
        env = "LAYOVER_PROXIES",
        default_value = "",
        global = true
    )]
    pub proxies: String,

    /// The server that passes mails on: smtp:// or smtps://, user and password where it asks for them,
    /// host and port; `?tls=required` for STARTTLS. Without it, mails are files in the data folder.
    #[arg(long, env = "SMTP_URL", hide_env_values = true, global = true)]
    pub smtp_url: Option<String>,

    /// Whom mails come from.
    #[arg(
        long,
        env = "MAIL_FROM",
        default_value = "Layover <layover@localhost.localdomain>",
        global = true
    )]
    pub mail_from: String,

    /// After how many days an account is deleted whose owner has asked for that; until then they can
    /// take it back.
    #[arg(
        long = "layover-deletion-days",
        env = "LAYOVER_DELETION_DAYS",
        default_value_t = deletions::GRACE,
        global = true
    )]
    pub deletion_days: u16,

    #[command(flatten)]
    pub provider: ProviderArgs,

    #[command(flatten)]
    pub media: MediaArgs,

    /// The data folder [default: /var/lib/layover as root, else ~/.local/share/layover].
    #[arg(long = "layover-data", env = "LAYOVER_DATA", global = true)]
    pub data: Option<PathBuf>,

    /// The folder of initdb and postgres, for the private PostgreSQL.
    #[arg(long = "layover-pg-bin", env = "LAYOVER_PG_BIN", global = true)]
    pub pg_bin: Option<PathBuf>,

    /// How the log is written.
    #[arg(
        long,
        env = "LOG_FORMAT",
        value_enum,
        default_value = "text",
        global = true
    )]
    pub log_format: LogFormat,

    /// The folder of static files that the build made [default: `site` beside the program's folder].
    #[arg(long = "layover-site", env = "LAYOVER_SITE", global = true)]
    pub site: Option<PathBuf>,
}

/// Why a setting cannot be used. Each says which and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error(
        "PUBLIC_URL is {0}, but only https keeps sign-ins safe on the way: set it to the https \
         address that your proxy serves, or to http://localhost:PORT on your own machine"
    )]
    PublicUrl(Url),
    #[error(
        "LAYOVER_PROXIES names {0}, which is neither an address nor a network such as 10.0.0.0/8"
    )]
    Proxy(String),
    #[error(
        "OIDC_ISSUER is {0}, but it must be the https address of an OpenID provider, without a query, \
         as its tokens name it"
    )]
    OidcIssuer(String),
    #[error("GOOGLE_CLIENT_ID is set, so set GOOGLE_CLIENT_SECRET to the secret that came with it")]
    NoClientSecret,
    #[error(
        "MEDIA_URL is {0}, but it must be s3: and the https address of a bucket, such as \
         s3:https://s3.example.org/bucket?region=eu-1"
    )]
    MediaUrl(String),
    #[error(
        "MEDIA_URL names a bucket, so set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to what opens it"
    )]
    NoMediaKey,
    // What is wrong with it may be its secret.
    #[error(
        "CLOUDINARY_URL must be cloudinary://KEY:SECRET@CLOUD, as the account's console shows it, and \
         what it names besides an https address or this machine's"
    )]
    CloudinaryUrl,
    #[error(
        "MEDIA_URL and CLOUDINARY_URL name two places for pictures, videos and files: leave out one of \
         them"
    )]
    TwoMediaStores,
    #[error("HOME is not set, so there is no place for data: set LAYOVER_DATA to a folder")]
    NoHome,
    #[error("this program cannot find itself: set LAYOVER_SITE to the folder of static files")]
    NoProgram(#[source] std::io::Error),
}

impl Config {
    pub fn addr(&self) -> SocketAddr {
        self.addr
            .unwrap_or_else(|| (Ipv4Addr::LOCALHOST, self.port).into())
    }

    /// The address that people type: what is set, else this machine's.
    pub fn public_url(&self, bound: SocketAddr) -> Result<Url, ConfigError> {
        let url = match &self.public_url {
            Some(url) => url.clone(),
            None => Url::parse(&format!("http://127.0.0.1:{}", bound.port()))
                .expect("an address and a port are a URL"),
        };
        if is_safe(&url) || is_below_localhost(&url) {
            Ok(url)
        } else {
            Err(ConfigError::PublicUrl(url))
        }
    }

    fn data(&self) -> Result<PathBuf, ConfigError> {
        Ok(match &self.data {
            Some(data) => data.clone(),
            None if nix::unistd::geteuid().is_root() => PathBuf::from("/var/lib/layover"),
            None => match env::var_os("XDG_DATA_HOME").filter(|home| !home.is_empty()) {
                Some(home) => PathBuf::from(home).join("layover"),
                None => PathBuf::from(env::var_os("HOME").ok_or(ConfigError::NoHome)?)
                    .join(".local/share/layover"),
            },
        })
    }

    pub fn embedded(&self) -> Result<embedded::Settings, ConfigError> {
        Ok(embedded::Settings {
            data: self.data()?,
            bin: self.pg_bin.clone(),
        })
    }

    /// The proxies whose word is taken for whom they speak for.
    pub fn proxies(&self) -> Result<Vec<IpNet>, ConfigError> {
        let named = self.proxies.split(',').map(str::trim);
        named
            .filter(|proxy| !proxy.is_empty())
            .map(|proxy| {
                let network = proxy.parse().or_else(|_| proxy.parse().map(IpAddr::into));
                network.map_err(|_| ConfigError::Proxy(proxy.to_owned()))
            })
            .collect()
    }

    /// How mails leave this machine.
    pub fn mail(&self) -> Result<MailConfig, ConfigError> {
        let smtp = self.smtp_url.clone().filter(|url| !url.is_empty());
        let way = match smtp {
            Some(url) => MailWay::Smtp(url),
            None => MailWay::Folder(self.data()?.join("mails")),
        };
        Ok(MailConfig {
            way,
            from: self.mail_from.clone(),
        })
    }

    /// Where pictures, videos and files are kept, and how much of them.
    pub fn media(&self) -> Result<MediaConfig, ConfigError> {
        Ok(MediaConfig {
            folder: self.data()?.join("media"),
            store: self.media.store()?,
            limits: self.media.limits(),
        })
    }

    /// The provider that people can sign in through, if there is one.
    pub fn provider(&self) -> Result<Option<ProviderConfig>, ConfigError> {
        self.provider.chosen()
    }

    /// What each person may ask for.
    pub fn limits(&self) -> Limits {
        Limits {
            rate: self.rate,
            burst: self.burst,
            subscriptions: self.subscriptions,
        }
    }

    pub fn redis(&self) -> Option<RedisConfig> {
        let url = self.redis_url.clone().filter(|url| !url.is_empty())?;
        Some(RedisConfig {
            url,
            ca: self.redis_ca.clone(),
        })
    }

    /// What Leptos needs to know to name the static files.
    pub fn leptos(&self) -> Result<LeptosOptions, ConfigError> {
        let program = env::current_exe().map_err(ConfigError::NoProgram)?;
        let folder = program.parent().map(PathBuf::from).unwrap_or_default();
        let site = self.site.clone().unwrap_or_else(|| folder.join("../site"));
        Ok(LeptosOptions::builder()
            .output_name("layover")
            .site_root(site.to_string_lossy().into_owned())
            .site_pkg_dir("pkg")
            // A release has hashes in the names of its files, listed beside the program.
            .hash_files(folder.join("hash.txt").exists())
            .reload_port(3001)
            .build())
    }
}

/// Whether what goes there is safe on the way: by TLS, or because it does not leave this machine.
fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

/// Whether it is what browsers take for their own machine. Others may ask a name server for it.
fn is_below_localhost(url: &Url) -> bool {
    let below = url
        .domain()
        .is_some_and(|name| name.ends_with(".localhost"));
    url.scheme() == "http" && below
}

/// Whether it is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether a name or an address is this machine's own.
pub(crate) fn is_loopback_name(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests;
