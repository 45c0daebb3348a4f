//! Where a demo may be made. Pure: it is given the settings.

use std::{net::SocketAddr, str::FromStr};

use sqlx::postgres::PgConnectOptions;

use super::Refusal;
use crate::config::{Config, is_loopback_name};

/// Never where people come by https; and where anything else looks as if they did, only when somebody says that
/// it is meant so.
pub(super) fn may_be_made(config: &Config, anyway: bool) -> Result<(), Refusal> {
    if let Some(url) = config
        .public_url
        .as_ref()
        .filter(|url| url.scheme() == "https")
    {
        return Err(Refusal::Production(url.clone()));
    }
    let real = looks_real(config);
    if anyway || real.is_empty() {
        Ok(())
    } else {
        Err(Refusal::LooksReal(real.join(", ")))
    }
}

/// The settings that those have who serve others.
fn looks_real(config: &Config) -> Vec<&'static str> {
    let is_set = |value: &Option<String>| value.as_ref().is_some_and(|value| !value.is_empty());
    let is_public = |addr: SocketAddr| !addr.ip().is_loopback();
    let media = &config.media;
    let has_bucket = is_set(&media.media_url) && media.media_url.as_deref() != Some("file:");
    let told = [
        (
            "DATABASE_URL",
            config.database_url.as_deref().is_some_and(is_away),
        ),
        ("LAYOVER_ADDR", config.addr.is_some_and(is_public)),
        ("LAYOVER_PROXIES", !config.proxies.trim().is_empty()),
        ("SMTP_URL", is_set(&config.smtp_url)),
        ("REDIS_URL", is_set(&config.redis_url)),
        (
            "GOOGLE_CLIENT_ID",
            is_set(&config.provider.google_client_id),
        ),
        ("MEDIA_URL", has_bucket),
        ("CLOUDINARY_URL", is_set(&media.cloudinary_url)),
    ];
    let told = told.into_iter().filter(|(_, is_told)| *is_told);
    told.map(|(name, _)| name).collect()
}

/// Whether a database is on another machine.
fn is_away(url: &str) -> bool {
    let Ok(options) = PgConnectOptions::from_str(url) else {
        return true;
    };
    let host = options.get_host();
    options.get_socket().is_none() && !host.starts_with('/') && !is_loopback_name(host)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::config::Cli;

    fn judged(args: &[&str], anyway: bool) -> Result<(), Refusal> {
        let config = Cli::parse_from(["layover"].iter().chain(args)).config;
        may_be_made(&config, anyway)
    }

    #[test]
    fn a_demo_is_made_on_ones_own_machine() {
        for args in [
            &[][..],
            &["--public-url", "http://localhost:3000"],
            &["--database-url", "postgres://layover@127.0.0.1:5432/demo"],
            &["--database-url", "postgres://layover@localhost/demo"],
            &["--database-url", "postgres:///demo?host=/run/postgresql"],
            &["--smtp-url", ""],
        ] {
            assert!(judged(args, false).is_ok(), "{args:?}");
        }
    }

    #[test]
    fn where_people_come_by_https_it_is_never_made() {
        for anyway in [false, true] {
            let refused = judged(&["--public-url", "https://layover.example"], anyway);
            assert!(matches!(refused, Err(Refusal::Production(_))));
        }
    }

    #[test]
    fn where_anything_else_looks_real_somebody_has_to_say_that_it_is_meant() {
        for args in [
            ["--database-url", "postgres://layover@db.example/layover"],
            ["--layover-addr", "0.0.0.0:3000"],
            ["--layover-proxies", "10.0.0.1"],
            ["--smtp-url", "smtps://mail.example"],
            ["--redis-url", "redis://cache.example"],
            ["--cloudinary-url", "cloudinary://key:secret@cloud"],
        ] {
            let refused = judged(&args, false);
            assert!(matches!(refused, Err(Refusal::LooksReal(_))), "{args:?}");
            assert!(judged(&args, true).is_ok(), "{args:?}");
        }
    }
}
