//! What the program does: the server, with the private PostgreSQL around it, or that alone.

use std::error::Error;

use sqlx::PgPool;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{Parts, config::Config, embedded::Postgres};

/// Serves until it is asked to stop.
///
/// # Errors
///
/// When it cannot start, or ends by itself.
pub async fn serve(config: Config) -> Result<(), Box<dyn Error>> {
    let shutdown = shutdown()?;
    let listener = TcpListener::bind(config.addr()).await.map_err(|error| {
        format!(
            "cannot listen on {}: {error}; set PORT to a free one",
            config.addr()
        )
    })?;
    let public_url = config.public_url(listener.local_addr()?)?;
    let leptos = config.leptos()?;
    let proxies = config.proxies()?;
    if public_url.scheme() == "https" && proxies.is_empty() {
        tracing::warn!("LAYOVER_PROXIES is empty: all who come through your proxy count as one");
    }

    let (pool, private) = database(&config).await?;
    let address = public_url.as_str().trim_end_matches('/').to_owned();
    let parts = Parts {
        listener,
        pool,
        redis: config.redis(),
        limits: config.limits(),
        tries: config.tries,
        mail: config.mail()?,
        proxies,
        public_url,
        leptos,
    };
    let served = crate::serve(parts, shutdown, || {
        say(&format!("Layover is ready: {address}"));
    })
    .await;
    stop_postgres(private).await?;
    Ok(served?)
}

/// Says that the database was restored from a backup: what clients know of it is void.
///
/// # Errors
///
/// When the database cannot be reached.
pub async fn restored(config: Config) -> Result<(), Box<dyn Error>> {
    let (pool, private) = database(&config).await?;
    let renewed = crate::renew_epoch(&pool).await;
    pool.close().await;
    stop_postgres(private).await?;
    Ok(renewed?)
}

/// Runs the private PostgreSQL alone, and prints its URL, until it is asked to stop.
///
/// # Errors
///
/// When it cannot start.
pub async fn postgres(config: &Config) -> Result<(), Box<dyn Error>> {
    let shutdown = shutdown()?;
    let postgres = start_postgres(config).await?;
    say(postgres.url());
    shutdown.await;
    stop_postgres(Some(postgres)).await
}

/// The database that the settings name, or the private one, which is started.
async fn database(config: &Config) -> Result<(PgPool, Option<Postgres>), Box<dyn Error>> {
    if let Some(url) = &config.database_url {
        return Ok((crate::pool(url)?, None));
    }
    let private = start_postgres(config).await?;
    Ok((crate::pool(private.url())?, Some(private)))
}

async fn start_postgres(config: &Config) -> Result<Postgres, Box<dyn Error>> {
    let settings = config.embedded()?;
    Ok(tokio::task::spawn_blocking(move || Postgres::start(&settings)).await??)
}

async fn stop_postgres(postgres: Option<Postgres>) -> Result<(), Box<dyn Error>> {
    Ok(tokio::task::spawn_blocking(move || drop(postgres)).await?)
}

/// Done when somebody asks the program to stop.
fn shutdown() -> Result<impl Future<Output = ()>, Box<dyn Error>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[expect(clippy::print_stdout, reason = "scripts and people wait for this line")]
fn say(line: &str) {
    println!("{line}");
}
