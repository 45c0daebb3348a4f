//! The pool, and the schema's way to the present.

use std::{str::FromStr, time::Duration};

use futures::future::BoxFuture;
use sqlx::{
    Connection, Executor, PgConnection, PgPool,
    error::DatabaseError,
    migrate::{MigrateError, Migrator},
    pool::PoolConnectionMetadata,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use time::OffsetDateTime;

/// How long a connection is waited for.
const ACQUIRE: Duration = Duration::from_secs(5);

/// A connection that was found good within this time is not asked again whether it is.
const LONGEST_TRUST: Duration = Duration::from_millis(250);

/// The longest pause between two tries to reach the database.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

pub static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// A pool that connects when it is first used.
///
/// # Errors
///
/// When the URL is none.
pub fn pool(url: &str) -> Result<PgPool, sqlx::Error> {
    let options = PgConnectOptions::from_str(url)?
        .application_name("layover")
        // An acknowledged message is on the disk, whatever the database's default is. Nothing waits
        // for a lock or runs for longer than a person would.
        .options([
            ("synchronous_commit", "on"),
            ("default_transaction_isolation", "read committed"),
            ("lock_timeout", "5s"),
            ("statement_timeout", "15s"),
            ("idle_in_transaction_session_timeout", "30s"),
            // Only errors come back: a rollback outside a transaction would warn.
            ("client_min_messages", "error"),
        ]);
    Ok(bounded(20).connect_lazy_with(options))
}

fn bounded(most: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .before_acquire(probe)
        .after_release(roll_back)
}

/// One that was used a moment ago is taken as it is; a pause is long enough for it to have broken.
fn probe(
    db: &mut PgConnection,
    known: PoolConnectionMetadata,
) -> BoxFuture<'_, Result<bool, sqlx::Error>> {
    Box::pin(async move {
        if known.idle_for > LONGEST_TRUST {
            db.ping().await?;
        }
        Ok(true)
    })
}

/// A task that is dropped while its transaction begins leaves it open, and sqlx does not see it:
/// whoever got the connection next would work in another's snapshot.
fn roll_back(
    db: &mut PgConnection,
    _: PoolConnectionMetadata,
) -> BoxFuture<'_, Result<bool, sqlx::Error>> {
    Box::pin(async move {
        db.execute("ROLLBACK").await?;
        Ok(true)
    })
}

/// A few more connections to the same database, for what must not wait behind requests.
pub(crate) fn beside(pool: &PgPool, most: u32) -> PgPool {
    bounded(most).connect_lazy_with(PgConnectOptions::clone(&pool.connect_options()))
}

/// Brings the schema up to date. A database that is away is waited for, however long; another error
/// is the caller's.
pub(crate) async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    let mut pause = Duration::from_millis(100);
    loop {
        match try_migrate(pool).await {
            Ok(()) => return Ok(()),
            Err(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _))
                if is_away(&error) =>
            {
                tracing::warn!(%error, "the database cannot be reached; trying again");
            }
            Err(error) => return Err(error),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// On a connection of its own: a migration may take its time. For a table it waits no longer than a
/// request: whoever comes after it waits behind it. Then, and while another node's migration is under
/// way, it is tried again.
async fn try_migrate(pool: &PgPool) -> Result<(), MigrateError> {
    let options = PgConnectOptions::clone(&pool.connect_options())
        .options([("statement_timeout", "0"), ("lock_timeout", "5s")]);
    let single = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE)
        .connect_lazy_with(options);
    let migrated = MIGRATIONS.run(&single).await;
    single.close().await;
    migrated
}

/// Whether the error says that the database is not there or too slow, rather than that it refused
/// something.
pub(crate) fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        // Class 57P: the server stops or starts. Class 08: the connection. 53300: too many of them.
        // 55P03 and 57014: a lock or a statement took too long. 40P01: others had locked what we wanted, and
        // wanted what we had locked. 25006: it recovers, and only reads.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            code.starts_with("57P")
                || code.starts_with("08")
                || matches!(&*code, "53300" | "55P03" | "57014" | "40P01" | "25006")
        }),
        _ => false,
    }
}

/// Whether the error says that a table or a column is not there yet.
pub(crate) fn is_older(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    matches!(code.as_deref(), Some("42P01" | "42703"))
}

/// Since 1970.
pub(crate) fn milliseconds(moment: OffsetDateTime) -> i64 {
    moment.unix_timestamp() * 1000 + i64::from(moment.millisecond())
}
