//! Objects in a bucket of any service that speaks S3: `media/<id>/<variant>`.

mod signature;

use std::{
    io::{self, ErrorKind},
    ops::Range,
    path::Path,
};

use app::{ids::MediaId, media::Variant};
use async_trait::async_trait;
use reqwest::{Body, Client, Method, RequestBuilder, StatusCode, header};
use time::OffsetDateTime;
use url::Url;

use self::signature::{Signer, UNSIGNED};
use super::{
    Key, Objects, Piecemeal,
    pieces::part,
    remote::{Remote, expect, length, patience, pieces, send},
};

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
    remote: Remote,
    address: Url,
    signer: Signer,
}

impl Bucket {
    pub(in crate::media) fn new(config: &BucketConfig) -> Result<Self, reqwest::Error> {
        Ok(Self {
            remote: Remote::new()?,
            address: config.address.clone(),
            signer: Signer::new(&config.region, &config.key, &config.secret),
        })
    }

    /// A request for an object, signed.
    fn request(
        &self,
        client: &Client,
        method: Method,
        (media, variant): Key,
    ) -> io::Result<RequestBuilder> {
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
        Ok(client
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

#[async_trait]
impl Objects for Bucket {
    async fn put(&self, key: Key, file: &Path, mime: &str) -> io::Result<()> {
        let length = tokio::fs::metadata(file).await?.len();
        let request = self
            .request(&self.remote.putting, Method::PUT, key)?
            .timeout(patience(length))
            .header(header::CONTENT_TYPE, mime)
            .header(header::CONTENT_LENGTH, length)
            .body(Body::wrap_stream(part(file, 0..length).await?));
        expect(send(request).await?, &[StatusCode::OK])?;
        Ok(())
    }

    async fn size(&self, key: Key) -> io::Result<Option<u64>> {
        let response = send(self.request(&self.remote.asking, Method::HEAD, key)?).await?;
        let response = expect(response, &[StatusCode::OK, StatusCode::NOT_FOUND])?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let length = length(&response).ok_or(ErrorKind::InvalidData)?;
        Ok(Some(length))
    }

    async fn read(&self, key: Key, range: Range<u64>) -> io::Result<Piecemeal> {
        let part = format!("bytes={}-{}", range.start, range.end.saturating_sub(1));
        let request = self.request(&self.remote.asking, Method::GET, key)?;
        let request = request.header(header::RANGE, part);
        let response = expect(send(request).await?, &[StatusCode::PARTIAL_CONTENT])?;
        Ok(pieces(response))
    }

    async fn delete(&self, media: MediaId) -> io::Result<()> {
        for variant in Variant::ALL {
            let key = (media, variant);
            let request = self.request(&self.remote.asking, Method::DELETE, key)?;
            let response = send(request).await?;
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
