//! A form (`multipart/form-data`, RFC 7578), perhaps with one file, which is read while it is sent.

use std::io;

use bytes::Bytes;
use futures::{StreamExt, stream};
use uuid::Uuid;

use super::super::Piecemeal;

pub(super) struct Form {
    boundary: String,
    head: String,
}

impl Form {
    pub(super) fn new() -> Self {
        Self {
            // Nobody who sends a file in knows it: nothing in one ends the part.
            boundary: Uuid::new_v4().simple().to_string(),
            head: String::new(),
        }
    }

    /// Adds a field. Both are plain words of ours.
    pub(super) fn field(mut self, name: &str, value: &str) -> Self {
        let boundary = &self.boundary;
        for part in [
            "--",
            boundary,
            "\r\nContent-Disposition: form-data; name=\"",
            name,
            "\"\r\n\r\n",
            value,
            "\r\n",
        ] {
            self.head.push_str(part);
        }
        self
    }

    pub(super) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// The whole without a file.
    pub(super) fn end(self) -> String {
        let Self { boundary, head } = self;
        format!("{head}--{boundary}--\r\n")
    }

    /// The whole with a file of so many bytes at its end, and how many bytes that is.
    pub(super) fn with_file(self, file: Piecemeal, length: u64) -> (Piecemeal, u64) {
        let Self { boundary, head } = self;
        let head = format!(
            "{head}--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        let length = head.len() as u64 + length + tail.len() as u64;
        let whole = |text: String| stream::iter([io::Result::Ok(Bytes::from(text))]);
        let pieces = whole(head).chain(file).chain(whole(tail));
        (pieces.boxed(), length)
    }
}
