//! What operators and balancers ask.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{extract::State, http::StatusCode};
use sqlx::PgPool;

/// How long the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether requests can be answered: the schema is up to date, and the database answers.
#[derive(Debug, Clone)]
pub(crate) struct Readiness {
    open: Arc<AtomicBool>,
    pool: PgPool,
}

impl Readiness {
    pub(crate) fn new(pool: PgPool) -> Self {
        Self {
            open: Arc::default(),
            pool,
        }
    }

    /// The schema is up to date.
    pub(crate) fn open(&self) {
        self.open.store(true, Ordering::Release);
    }

    /// The server is about to stop.
    pub(crate) fn close(&self) {
        self.open.store(false, Ordering::Release);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    async fn database_answers(&self) -> bool {
        let acquired = tokio::time::timeout(PATIENCE, async {
            let mut db = self.pool.acquire().await?;
            sqlx::Connection::ping(&mut *db).await
        });
        matches!(acquired.await, Ok(Ok(())))
    }
}

/// `GET /health/live`: the process runs.
pub(crate) async fn live() -> &'static str {
    "live\n"
}

/// `GET /health/ready`: 200 when requests can be answered, else 503.
pub(crate) async fn ready(State(readiness): State<Readiness>) -> (StatusCode, &'static str) {
    if readiness.is_open() && readiness.database_answers().await {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    }
}
