//! Objects at Cloudinary: files `media/<id>/<variant>` of an account there.
//!
//! They are `raw`: whatever it takes for a picture or a video it may measure, refuse or make anew, and
//! what is kept here is finished, and is to come back to the byte. They are `authenticated`: who wants one
//! needs an address that only the account's secret makes. None leaves this server, since it would work for
//! whoever has it, and for as long as the file is there.

mod form;
mod signature;

use std::{
    io::{self, ErrorKind},
    ops::Range,
    path::Path,
};

use app::{ids::MediaId, media::Variant};
use async_trait::async_trait;
use reqwest::{Body, Method, RequestBuilder, Response, StatusCode, header};
use serde::Deserialize;
use time::OffsetDateTime;
use url::Url;
use uuid::Uuid;

use self::form::Form;
pub use self::signature::Digest;
use super::{
    Key, Objects, Piecemeal,
    pieces::part,
    remote::{Remote, expect, length, patience, pieces, send, unsent},
};

/// The most bytes of a file that are sent in one call. It takes no more than 100 MB in one, and no less than
/// 5 MB but in the last of several.
const CALL: u64 = 20 * 1024 * 1024;

/// How much of why a call was refused is told.
const MOST_TOLD: usize = 200;

/// An account at Cloudinary. Never printed: there is a secret in it.
#[derive(Clone)]
pub struct CloudinaryConfig {
    /// Of its API, as far as the name of the cloud.
    pub api: Url,
    /// Of what it delivers, as far as the kind of it.
    pub delivery: Url,
    pub key: String,
    pub secret: String,
    /// As the account is set.
    pub digest: Digest,
}

pub(in crate::media) struct Cloudinary {
    remote: Remote,
    config: CloudinaryConfig,
}

/// What a call is answered with, as far as anybody asks.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    public_id: String,
    bytes: u64,
    /// Of a deletion.
    result: String,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    message: String,
}

fn public_id((media, variant): Key) -> String {
    format!("media/{media}/{}", variant.as_str())
}

/// An address with more behind its path.
fn below(url: &Url, rest: &str) -> Url {
    let mut url = url.clone();
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&format!("{path}/{rest}"));
    url
}

impl Cloudinary {
    pub(in crate::media) fn new(config: &CloudinaryConfig) -> Result<Self, reqwest::Error> {
        Ok(Self {
            remote: Remote::new()?,
            config: config.clone(),
        })
    }

    /// A form that calls its API with these parameters, as of now.
    fn form(&self, parameters: &[(&str, &str)]) -> Form {
        let CloudinaryConfig {
            key,
            secret,
            digest,
            ..
        } = &self.config;
        let now = OffsetDateTime::now_utc().unix_timestamp().to_string();
        let parameters = [parameters, &[("timestamp", &now)]].concat();
        let signature = signature::of_call(&parameters, secret, *digest);
        let fields = parameters.iter();
        let form = fields.fold(Form::new(), |form, (name, value)| form.field(name, value));
        form.field("api_key", key).field("signature", &signature)
    }

    /// Sends a part of a file, of so many bytes in all.
    async fn send_part(
        &self,
        id: &str,
        upload: &str,
        file: &Path,
        range: Range<u64>,
        all: u64,
    ) -> io::Result<Answer> {
        let form = self.form(&[
            ("public_id", id),
            ("type", "authenticated"),
            ("overwrite", "true"),
            // What its network has kept of another file under this name goes.
            ("invalidate", "true"),
            // What is deleted is to be gone.
            ("backup", "false"),
        ]);
        let length = range.end - range.start;
        let kind = form.content_type();
        let (body, bytes) = form.with_file(part(file, range.clone()).await?, length);
        let mut request = self
            .remote
            .putting
            .post(below(&self.config.api, "raw/upload"))
            .timeout(patience(bytes))
            .header(header::CONTENT_TYPE, kind)
            .header(header::CONTENT_LENGTH, bytes)
            .body(Body::wrap_stream(body));
        if length < all {
            let part = format!("bytes {}-{}/{all}", range.start, range.end - 1);
            request = request
                .header("x-unique-upload-id", upload)
                .header(header::CONTENT_RANGE, part);
        }
        answer(send(request).await?).await
    }

    /// A request for what it delivers, by an address that nobody else makes.
    fn request(&self, method: Method, key: Key) -> RequestBuilder {
        let id = public_id(key);
        let signature = signature::of_address(&id, &self.config.secret);
        // Any version of a name in folders, as its own libraries say it.
        let path = format!("raw/authenticated/{signature}/v1/{id}");
        self.remote
            .asking
            .request(method, below(&self.config.delivery, &path))
            // As it is, to the byte.
            .header(header::ACCEPT_ENCODING, "identity")
    }
}

/// What a call has come to.
async fn answer(response: Response) -> io::Result<Answer> {
    let status = response.status();
    let text = response.bytes().await.map_err(unsent)?;
    let answer: Answer = serde_json::from_slice(&text).unwrap_or_default();
    match answer.error {
        None if status == StatusCode::OK => Ok(answer),
        None => Err(io::Error::other(format!(
            "Cloudinary has answered {status}"
        ))),
        Some(Refusal { message }) => {
            let why: String = message.chars().take(MOST_TOLD).collect();
            let told = format!("Cloudinary has answered {status}: {why}");
            Err(io::Error::other(told))
        }
    }
}

#[async_trait]
impl Objects for Cloudinary {
    async fn put(&self, key: Key, file: &Path, _mime: &str) -> io::Result<()> {
        let all = tokio::fs::metadata(file).await?.len();
        let (id, upload) = (public_id(key), Uuid::new_v4().to_string());
        let mut at = 0;
        loop {
            let end = all.min(at + CALL);
            let answer = self.send_part(&id, &upload, file, at..end, all).await?;
            if end < all {
                at = end;
                continue;
            }
            if answer.public_id == id && answer.bytes == all {
                return Ok(());
            }
            let told = format!("Cloudinary has kept {} bytes of {all}", answer.bytes);
            return Err(io::Error::other(told));
        }
    }

    async fn size(&self, key: Key) -> io::Result<Option<u64>> {
        let response = send(self.request(Method::HEAD, key)).await?;
        let response = expect(response, &[StatusCode::OK, StatusCode::NOT_FOUND])?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let length = length(&response).ok_or(ErrorKind::InvalidData)?;
        Ok(Some(length))
    }

    async fn read(&self, key: Key, range: Range<u64>) -> io::Result<Piecemeal> {
        let wanted = range.end - range.start;
        let part = format!("bytes={}-{}", range.start, range.end.saturating_sub(1));
        let request = self.request(Method::GET, key);
        let response = send(request.header(header::RANGE, part)).await?;
        let response = expect(response, &[StatusCode::PARTIAL_CONTENT, StatusCode::OK])?;
        // A network may answer with the whole, where that is what was asked for.
        if length(&response) == Some(wanted) {
            Ok(pieces(response))
        } else {
            Err(ErrorKind::InvalidData.into())
        }
    }

    async fn delete(&self, media: MediaId) -> io::Result<()> {
        for variant in Variant::ALL {
            let form = self.form(&[
                ("public_id", &public_id((media, variant))),
                ("type", "authenticated"),
                ("invalidate", "true"),
            ]);
            let kind = form.content_type();
            let request = self
                .remote
                .asking
                .post(below(&self.config.api, "raw/destroy"))
                .header(header::CONTENT_TYPE, kind)
                .body(form.end());
            let answer = answer(send(request).await?).await?;
            if !matches!(answer.result.as_str(), "ok" | "not found") {
                let told = format!("Cloudinary deletes nothing: {:?}", answer.result);
                return Err(io::Error::other(told));
            }
        }
        Ok(())
    }
}
