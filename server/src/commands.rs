//! What the program does: the server, with the private PostgreSQL around it, or that alone; and what those
//! who run an installation do to its people, while the server runs or not.

use std::{error::Error, sync::Arc};

use app::{accounts::Handle, error::AppError};
use sqlx::PgPool;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use uuid::Uuid;

use crate::{
    Bounds, Parts, accounts,
    config::Config,
    database, demo,
    embedded::{self, Postgres},
    error,
    journeys::{templates::Catalogue, today},
    reports,
    waits::Counter,
};

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
        provider: config.provider()?,
        mail: config.mail()?,
        media: config.media()?,
        proxies,
        bounds: Bounds::default(),
        deletion_days: config.deletion_days,
        public_url,
        leptos,
    };
    // A large future, for which the stack needs no room.
    let served = Box::pin(crate::serve(parts, shutdown, || {
        say(&format!("Layover is ready: {address}"));
    }))
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

/// Prints what people have reported, the oldest first: what is open, or with `all` everything; in lines
/// for people, or as JSON, one object a line.
///
/// # Errors
///
/// When the database cannot be reached.
pub async fn reports(config: &Config, all: bool, json: bool) -> Result<(), Box<dyn Error>> {
    let found = visit(config, async |pool| reports::list(pool, all).await).await?;
    if found.is_empty() && !json {
        say("Nothing is reported.");
    }
    for report in found {
        if json {
            say(&report.to_json()?);
        } else {
            say(&report.to_string());
        }
    }
    Ok(())
}

/// Keeps somebody from signing in, for so many days or until they are reinstated.
///
/// # Errors
///
/// When nobody has the handle, or the database cannot be reached.
pub async fn suspend(
    config: &Config,
    handle: &str,
    days: Option<u16>,
    because: &str,
) -> Result<(), Box<dyn Error>> {
    let whom = parse(handle)?;
    let suspended = visit(config, async |pool| {
        accounts::suspend(pool, &whom, days, because).await
    });
    let user = suspended.await?.handle;
    match days {
        None => say(&format!("{user} is suspended until you reinstate them.")),
        Some(1) => say(&format!("{user} is suspended for a day.")),
        Some(days) => say(&format!("{user} is suspended for {days} days.")),
    }
    Ok(())
}

/// Lets somebody sign in again.
///
/// # Errors
///
/// When nobody has the handle, or the database cannot be reached.
pub async fn reinstate(config: &Config, handle: &str) -> Result<(), Box<dyn Error>> {
    let whom = parse(handle)?;
    let reinstated = visit(config, async |pool| accounts::reinstate(pool, &whom).await);
    match reinstated.await? {
        (user, Some(because)) if because.is_empty() => {
            say(&format!("{} may sign in again.", user.handle));
        }
        (user, Some(because)) => say(&format!(
            "{} may sign in again. They were suspended because {because:?}.",
            user.handle
        )),
        (user, None) => say(&format!("{} was not suspended.", user.handle)),
    }
    Ok(())
}

/// Says that a report needs nobody any more.
///
/// # Errors
///
/// When there is no such report, or the database cannot be reached.
pub async fn resolve(config: &Config, report: Uuid) -> Result<(), Box<dyn Error>> {
    if visit(config, async |pool| reports::resolve(pool, report).await).await? {
        say("It is resolved.");
        Ok(())
    } else {
        Err(format!("there is no report {report}").into())
    }
}

/// Makes the day's batch of waits, which servers make by themselves within ten minutes of the day's beginning or
/// theirs.
///
/// # Errors
///
/// When the database cannot be reached.
pub async fn count(config: &Config) -> Result<(), Box<dyn Error>> {
    let catalogue = Arc::new(Catalogue::bundled()?);
    let count = async |pool: &PgPool| Counter::new(pool.clone(), catalogue).count(today()).await;
    say(if visit(config, count).await? {
        "The waits were counted."
    } else {
        "There is nothing to count: nobody wants to be counted, or today's waits were counted, or are being counted."
    });
    Ok(())
}

/// Fills an empty database with a community that is made up, and says what there is to see.
///
/// # Errors
///
/// When somebody is there already, when the settings are those of a place where people are served, or when the
/// database cannot be reached.
pub async fn demo(
    config: &Config,
    seed: u64,
    journeys: u32,
    anyway: bool,
) -> Result<(), Box<dyn Error>> {
    demo::check(config, anyway)?;
    let (pool, private) = database_beside(config).await?;
    let made = demo::make(&pool, seed, usize::try_from(journeys)?).await;
    pool.close().await;
    stop_postgres(private).await?;
    let made = made?;
    let address = config.public_url(config.addr())?;
    let at = |path: &str| format!("  {}{path}", address.as_str().trim_end_matches('/'));
    say(&format!(
        "Made {} people, {} rooms with {} messages, and {} journeys with {} stages, of which {} still wait.",
        made.people, made.rooms, made.messages, made.journeys, made.stages, made.pending
    ));
    say(&format!(
        "Their waits were counted in {:.1} s.",
        made.counted.as_secs_f64()
    ));
    say("Start Layover, and look at:");
    for path in [
        "/".to_owned(),
        "/waits/us-k1".to_owned(),
        format!("/waits/us-k1/{}", demo::VISITOR_OFFICE),
    ] {
        say(&at(&path));
    }
    say("Nobody of them can sign in but one, whose password is told here and nowhere else:");
    say(&format!("  handle    {}", demo::VISITOR));
    say(&format!("  password  {}", made.password));
    Ok(())
}

fn parse(handle: &str) -> Result<Handle, Box<dyn Error>> {
    Handle::parse(handle).map_err(|code| AppError::from(code).message.into())
}

/// Works on the database, whether or not a server runs on it.
async fn visit<T>(
    config: &Config,
    work: impl AsyncFnOnce(&PgPool) -> Result<T, error::Error>,
) -> Result<T, Box<dyn Error>> {
    let (pool, private) = database_beside(config).await?;
    let done = work(&pool).await;
    pool.close().await;
    stop_postgres(private).await?;
    done.map_err(|error| match error {
        error::Error::Refused(code) => AppError::from(code).message.into(),
        error::Error::Database(cause) if database::is_older(&cause) => {
            "the database is of an older version: start this version of Layover on it first".into()
        }
        error => error.into(),
    })
}

/// The same as [`database`]; but where a server runs on the private one, it is that server's.
async fn database_beside(config: &Config) -> Result<(PgPool, Option<Postgres>), Box<dyn Error>> {
    match database(config).await {
        Err(error) if is_locked(&*error) => {
            let url = embedded::url_of_another(&config.embedded()?)?;
            Ok((crate::pool(&url)?, None))
        }
        other => other,
    }
}

fn is_locked(error: &(dyn Error + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(embedded::Error::Locked { .. }))
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
