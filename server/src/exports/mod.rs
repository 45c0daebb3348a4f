//! Exports: everything of one's own, as a ZIP of JSON that is made while it is sent.
//!
//! Invariants: what is held in memory is a batch of rows and what becomes of it, however long the
//! history; a connection to the database is held for a batch, and never while the reader is waited for.

mod archive;
mod contents;
mod history;
mod journeys;
mod media;
mod profiles;
mod safety;
mod store;
mod traces;
mod turns;

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Poll, ready},
};

use app::{
    accounts::User,
    error::{AppError, ErrorCode},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header, request},
    response::{IntoResponse, Response},
};
use futures::stream;
use sqlx::PgPool;
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};
use tokio::sync::mpsc;

use self::{
    archive::{Archive, Interrupted},
    turns::Turns,
};
use crate::{
    attempts::{Attempts, EXPORT, Whom},
    error::Error,
    media::Media,
    origins, pages,
    router::Services,
};

/// How many pieces of an archive wait for its reader.
const AHEAD: usize = 4;

/// Makes exports.
pub(crate) struct Exports {
    pool: PgPool,
    attempts: Attempts,
    media: Arc<Media>,
    turns: Turns,
}

/// `GET /exports/mine.zip`: for whoever is signed in. It changes nothing, and what it answers is read by
/// the person's own browser alone; a page of another site that leads there is refused all the same.
pub(crate) async fn mine(State(services): State<Services>, request: Request) -> Response {
    let (asked, _) = request.into_parts();
    // A HEAD would begin an archive that nobody reads.
    if asked.method != Method::GET {
        let allow = [(header::ALLOW, "GET")];
        return (StatusCode::METHOD_NOT_ALLOWED, allow).into_response();
    }
    match begin(&services, &asked).await {
        Ok(response) => response,
        Err(error) => pages::failed(&services.leptos, &asked.method, &asked.headers, error),
    }
}

async fn begin(services: &Services, asked: &request::Parts) -> Result<Response, AppError> {
    if !origins::is_same_site(&asked.headers, &services.public_url) {
        return Err(ErrorCode::CrossSite.into());
    }
    let browser = services.browser(&asked.headers, &asked.extensions);
    let caller = pages::caller(services, browser).await?;
    let user = caller.user.ok_or(ErrorCode::SignInNeeded)?;
    let name = format!("layover-{}.zip", user.handle);
    let archive = services.exports.make(user).await?;
    let mut response = archive.into_response();
    let headers = response.headers_mut();
    let disposition = format!("attachment; filename=\"{name}\"");
    // A handle is plain.
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    let zip = HeaderValue::from_static("application/zip");
    headers.insert(header::CONTENT_TYPE, zip);
    let never = HeaderValue::from_static("no-store");
    headers.insert(header::CACHE_CONTROL, never);
    Ok(response)
}

impl Exports {
    pub(crate) fn new(pool: PgPool, attempts: Attempts, media: Arc<Media>) -> Self {
        Self {
            pool,
            attempts,
            media,
            turns: Turns::default(),
        }
    }

    /// The archive of somebody, which is made as it is read. When its reader goes away, so does the work.
    async fn make(&self, user: User) -> Result<Body, Error> {
        let turn = self.turns.begin(user.id)?;
        let whom = Whom::Name(user.id.0.as_bytes());
        self.attempts.spend(EXPORT, whom).await?;
        let (body, mut pieces) = mpsc::channel(AHEAD);
        let whole = Arc::new(AtomicBool::new(false));
        let (pool, done) = (self.pool.clone(), Arc::clone(&whole));
        let media = Arc::clone(&self.media);
        tokio::spawn(async move {
            let made = tokio::select! {
                made = contents::write(Archive::new(body.clone(), turn), &pool, &media, &user) => made,
                () = body.closed() => Err(Interrupted::Gone),
            };
            match made {
                Ok(()) => done.store(true, Ordering::Release),
                Err(interrupted) => interrupted.report(user.id),
            }
        });
        Ok(Body::from_stream(stream::poll_fn(move |context| {
            let piece = ready!(pieces.poll_recv(context));
            Poll::Ready(match piece {
                Some(piece) => Some(Ok(piece)),
                // An error is said once: a browser must not take a part for the whole.
                None if whole.swap(true, Ordering::AcqRel) => None,
                None => Some(Err(io::Error::other("the export was interrupted"))),
            })
        })))
    }
}

/// A moment as people and programs read it: RFC 3339, in UTC.
fn moment(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    // Years of five digits have no such form.
    at.format(&Rfc3339).unwrap_or_default()
}

impl From<Error> for Interrupted {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}
