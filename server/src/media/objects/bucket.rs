//! Objects in a bucket of any service that speaks S3: `media/<id>/<variant>`.

mod signature;

use std::{
    io::{self, ErrorKind},
    ops::Range,
    path::Path,
    time::Duration,
};

use app::{ids::MediaId, media::Variant};
use async_trait::async_trait;
use futures::{StreamExt, stream};
use reqwest::{Body, Client, Method, RequestBuilder, Response, StatusCode, header};
use time::OffsetDateTime;
use url::Url;

use self::signature::{Signer, UNSIGNED};
use super::{Key, Objects, Piecemeal};

/// How long the service may say nothing.
const SILENCE: Duration = Duration::from_secs(30);

/// A bucket, and what opens it. Never printed: there is a secret in it.
#[derive(Clone)]
pub struct BucketConfig {
    /// Of the service, with the bucket as its path.
    pub address: Url,
    pub region: String,
    pub key: String,
    pub secret: String,
}

pub(in crate::media) struct Bucket {
    client: Client,
    address: Url,
    signer: Signer,
}

impl Bucket {
    pub(in crate::media) fn new(config: &BucketConfig) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .connect_timeout(SILENCE)
            .read_timeout(SILENCE)
            .redirect(reqwest::redirect::Policy::none());
        Ok(Self {
            client: client.build()?,
            address: config.address.clone(),
            signer: Signer::new(&config.region, &config.key, &config.secret),
        })
    }

    /// A request for an object, signed.
    fn request(&self, method: Method, (media, variant): Key) -> io::Result<RequestBuilder> {
        let mut url = self.address.clone();
        let bucket = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{bucket}/media/{media}/{}", variant.as_str()));
        let host = host(&url).ok_or(ErrorKind::InvalidInput)?;
        let signed = self.signer.sign(
            method.as_str(),
            url.path(),
            &host,
            OffsetDateTime::now_utc(),
        );
        Ok(self
            .client
            .request(method, url)
            .header("x-amz-content-sha256", UNSIGNED)
            .header("x-amz-date", signed.date)
            .header(header::AUTHORIZATION, signed.authorization))
    }
}

/// As the header says it.
fn host(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

async fn send(request: RequestBuilder) -> io::Result<Response> {
    request.send().await.map_err(io::Error::other)
}

/// The answer, which must be of these.
fn expect(response: Response, statuses: &[StatusCode]) -> io::Result<Response> {
    if statuses.contains(&response.status()) {
        Ok(response)
    } else {
        let told = format!("the store has answered {}", response.status());
        Err(io::Error::other(told))
    }
}

#[async_trait]
impl Objects for Bucket {
    async fn put(&self, key: Key, file: &Path, mime: &str) -> io::Result<()> {
        let file = tokio::fs::File::open(file).await?;
        let length = file.metadata().await?.len();
        let request = self
            .request(Method::PUT, key)?
            .header(header::CONTENT_TYPE, mime)
            .header(header::CONTENT_LENGTH, length)
            .body(Body::from(file));
        expect(send(request).await?, &[StatusCode::OK])?;
        Ok(())
    }

    async fn size(&self, key: Key) -> io::Result<Option<u64>> {
        let response = send(self.request(Method::HEAD, key)?).await?;
        let response = expect(response, &[StatusCode::OK, StatusCode::NOT_FOUND])?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let length = response.headers().get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        length
            .map(Some)
            .ok_or_else(|| ErrorKind::InvalidData.into())
    }

    async fn read(&self, key: Key, range: Range<u64>) -> io::Result<Piecemeal> {
        let part = format!("bytes={}-{}", range.start, range.end.saturating_sub(1));
        let request = self.request(Method::GET, key)?.header(header::RANGE, part);
        let response = expect(send(request).await?, &[StatusCode::PARTIAL_CONTENT])?;
        let pieces = stream::try_unfold(response, |mut response: Response| async move {
            let piece = response.chunk().await.map_err(io::Error::other)?;
            Ok::<_, io::Error>(piece.map(|piece| (piece, response)))
        });
        Ok(pieces.boxed())
    }

    async fn delete(&self, media: MediaId) -> io::Result<()> {
        for variant in Variant::ALL {
            let response = send(self.request(Method::DELETE, (media, variant))?).await?;
            let gone = [
                StatusCode::NO_CONTENT,
                StatusCode::OK,
                StatusCode::NOT_FOUND,
            ];
            expect(response, &gone)?;
        }
        Ok(())
    }
}
