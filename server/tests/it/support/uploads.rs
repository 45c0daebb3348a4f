//! Sending files in, as the browser does.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Person;

pub(crate) const UPLOADS: &str = "/media/uploads";

/// `Upload-Metadata` of these.
pub(crate) fn metadata(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter();
    let pairs = pairs.map(|(key, value)| format!("{key} {}", STANDARD.encode(value)));
    pairs.collect::<Vec<_>>().join(",")
}

fn header(answer: &Response, name: &str) -> String {
    answer.headers()[name].to_str().unwrap().to_owned()
}

impl Person {
    pub(crate) fn tus(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).header("tus-resumable", "1.0.0")
    }

    pub(crate) async fn try_begin(&self, length: usize, pairs: &[(&str, &str)]) -> Response {
        let request = self.tus(Method::POST, UPLOADS);
        let request = request.header("upload-length", length);
        let request = request.header("upload-metadata", metadata(pairs));
        request.send().await.unwrap()
    }

    /// Begins an upload. Returns its address.
    pub(crate) async fn begin(&self, length: usize, pairs: &[(&str, &str)]) -> String {
        let answer = self.try_begin(length, pairs).await;
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
        header(&answer, "location")
    }

    pub(crate) async fn go_on(&self, upload: &str, offset: usize, bytes: &[u8]) -> Response {
        self.go_on_with(upload, offset, Bytes::copy_from_slice(bytes))
            .await
    }

    /// The same without a copy of the bytes.
    pub(crate) async fn go_on_with(&self, upload: &str, offset: usize, bytes: Bytes) -> Response {
        let request = self.tus(Method::PATCH, upload);
        let request = request.header("upload-offset", offset);
        let request = request.header("content-type", "application/offset+octet-stream");
        request.body(bytes).send().await.unwrap()
    }

    /// From where an upload goes on.
    pub(crate) async fn offset(&self, upload: &str) -> usize {
        let answer = self.tus(Method::HEAD, upload).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        header(&answer, "upload-offset").parse().unwrap()
    }

    /// What has become of an upload.
    pub(crate) async fn uploaded(&self, upload: &str) -> Value {
        let answer = self.tus(Method::GET, upload).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    /// Sends something in that is taken. Returns its id.
    pub(crate) async fn upload(&self, name: &str, bytes: &[u8]) -> String {
        self.upload_as(&[("filename", name)], bytes).await
    }

    pub(crate) async fn upload_as(&self, pairs: &[(&str, &str)], bytes: &[u8]) -> String {
        let upload = self.begin(bytes.len(), pairs).await;
        let answer = self.go_on(&upload, 0, bytes).await;
        assert_eq!(answer.status(), 204, "{}", answer.text().await.unwrap());
        upload.rsplit('/').next().unwrap().to_owned()
    }

    /// Sends something in that is not taken. Returns the status and `code`.
    pub(crate) async fn upload_refused(&self, name: &str, bytes: &[u8]) -> (u16, String) {
        let upload = self.begin(bytes.len(), &[("filename", name)]).await;
        let answer = self.go_on(&upload, 0, bytes).await;
        let status = answer.status();
        assert!(!status.is_success(), "{name} is taken");
        let error: Value = answer.json().await.unwrap();
        assert!(!error["message"].as_str().unwrap().is_empty());
        (status.as_u16(), error["code"].as_str().unwrap().to_owned())
    }

    /// Shows what was sent in. Returns the answer `{id, seq, message}`.
    pub(crate) async fn show(&self, room: &str, body: &str, media: &[&str]) -> Value {
        let input = json!({"room": room, "id": Uuid::now_v7(), "body": body, "media": media});
        self.call("messages/send", input).await
    }

    /// One of its forms, as a browser fetches it.
    pub(crate) async fn fetch(&self, media: &str, variant: &str) -> Response {
        let path = format!("/media/{media}/{variant}");
        self.request(Method::GET, &path).send().await.unwrap()
    }

    /// Its bytes, which are there for them.
    pub(crate) async fn bytes_of(&self, media: &str, variant: &str) -> Vec<u8> {
        let answer = self.fetch(media, variant).await;
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap().to_vec()
    }
}
