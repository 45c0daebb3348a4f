//! What stores have in common that are reached over HTTP.

use std::{io, time::Duration};

use futures::{StreamExt, stream};
use reqwest::{Client, RequestBuilder, Response, StatusCode, header, redirect::Policy};

use super::Piecemeal;

/// How long a store may say nothing.
const SILENCE: Duration = Duration::from_secs(30);

/// The slowest that it may take what is put there, in bytes a second.
const SLOWEST: u64 = 64 * 1024;

/// The ways to one store.
pub(super) struct Remote {
    /// For what is asked of it.
    pub(super) asking: Client,
    /// For what is put there: it says nothing until all has come, which takes its time.
    pub(super) putting: Client,
}

impl Remote {
    pub(super) fn new() -> Result<Self, reqwest::Error> {
        // Nothing follows to where a store might point.
        let client = || {
            Client::builder()
                .connect_timeout(SILENCE)
                .redirect(Policy::none())
        };
        Ok(Self {
            asking: client().read_timeout(SILENCE).build()?,
            putting: client().build()?,
        })
    }
}

/// How long so many bytes may take until they are there.
pub(super) fn patience(bytes: u64) -> Duration {
    SILENCE + Duration::from_secs(bytes / SLOWEST)
}

pub(super) async fn send(request: RequestBuilder) -> io::Result<Response> {
    request.send().await.map_err(unsent)
}

/// Without the address: for some stores, whoever knows it may have what is there.
pub(super) fn unsent(error: reqwest::Error) -> io::Error {
    io::Error::other(error.without_url())
}

/// The answer, which must be of these.
pub(super) fn expect(response: Response, statuses: &[StatusCode]) -> io::Result<Response> {
    if statuses.contains(&response.status()) {
        Ok(response)
    } else {
        let told = format!("the store has answered {}", response.status());
        Err(io::Error::other(told))
    }
}

/// How many bytes an answer says that there are.
pub(super) fn length(response: &Response) -> Option<u64> {
    let length = response.headers().get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

/// What an answer brings. It fails when that is less than it has said.
pub(super) fn pieces(response: Response) -> Piecemeal {
    let pieces = stream::try_unfold(response, |mut response| async move {
        let piece = response.chunk().await.map_err(unsent)?;
        Ok::<_, io::Error>(piece.map(|piece| (piece, response)))
    });
    pieces.boxed()
}
