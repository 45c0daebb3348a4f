//! Requests to the provider: no redirect is followed, no answer is waited for long or read for long.

use std::time::Duration;

use futures::future::BoxFuture;
use http::{Request, Response, StatusCode};
use oauth2::AsyncHttpClient;
use reqwest::{Client, redirect::Policy};

/// How long until a connection stands.
const CONNECT: Duration = Duration::from_secs(3);

/// The most bytes of an answer.
const MOST_BYTES: usize = 256 * 1024;

pub(super) struct Http(Client);

#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    #[error("it did not answer")]
    Silent(#[source] reqwest::Error),
    #[error("it answered with {0}")]
    Status(StatusCode),
    #[error("its answer is too long")]
    TooLong,
}

impl From<reqwest::Error> for HttpError {
    fn from(error: reqwest::Error) -> Self {
        // What is asked for is in no log, whatever it is.
        Self::Silent(error.without_url())
    }
}

impl Http {
    /// `patience` is how long until the whole answer is there.
    pub(super) fn new(patience: Duration) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT)
            .timeout(patience)
            .user_agent("Layover")
            .build()?;
        Ok(Self(client))
    }

    pub(super) async fn send(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<Response<Vec<u8>>, HttpError> {
        let mut answer = self.0.execute(request.try_into()?).await?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(HttpError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = BoxFuture<'c, Result<Response<Vec<u8>>, HttpError>>;

    fn call(&'c self, request: Request<Vec<u8>>) -> Self::Future {
        Box::pin(async move {
            let answer = self.send(request).await?;
            let status = answer.status();
            // What stands in such an answer is not the provider's, but whoever's stands in for it.
            if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
                return Err(HttpError::Status(status));
            }
            Ok(answer)
        })
    }
}
