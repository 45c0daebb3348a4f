//! The parts of a form (`multipart/form-data`, RFC 7578), as browsers write it, while it comes in.
//!
//! Invariant: of what has come, no more is held than one piece of the body and the head of a part. Libraries
//! read on as long as something comes.

use std::time::Duration;

use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt};
use tokio::time::timeout;

/// How long a connection may bring nothing.
const SILENCE: Duration = Duration::from_secs(30);

/// The most bytes that the head of a part may have.
const MOST_HEAD: usize = 8 * 1024;

/// The most characters of what parts are told apart by.
const MOST_BOUNDARY: usize = 70;

/// Why a form cannot be read on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    #[error("it is no such form")]
    Form,
    #[error("it ends before its end")]
    Cut,
    #[error("nothing more comes")]
    Silent,
}

/// What the head of a part says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) name: String,
    /// Of a file; empty where none was chosen.
    pub(crate) file: Option<String>,
}

pub(crate) struct Parts<S> {
    pieces: S,
    held: BytesMut,
    /// What ends a part.
    delimiter: Vec<u8>,
}

/// What the parts of this form are told apart by.
pub(crate) fn boundary(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let parameters = kind.strip_prefix("multipart/form-data")?;
    let mut parameters = parameters.split(';').map(str::trim);
    let boundary = parameters.find_map(|parameter| parameter.strip_prefix("boundary="))?;
    let boundary = boundary.trim_matches('"');
    (1..=MOST_BOUNDARY)
        .contains(&boundary.len())
        .then(|| boundary.to_owned())
}

impl<S, E> Parts<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    pub(crate) fn new(pieces: S, boundary: &str) -> Self {
        Self {
            pieces,
            // The first one stands at the beginning, without an end of a line before it.
            held: BytesMut::from(&b"\r\n"[..]),
            delimiter: format!("\r\n--{boundary}").into_bytes(),
        }
    }

    /// The head of the next part. What is left of the one before is passed over.
    pub(crate) async fn next(&mut self) -> Result<Option<Head>, Broken> {
        while self.chunk().await?.is_some() {}
        let start = self.delimiter.len();
        while self.held.len() < start + 2 {
            self.fill().await?;
        }
        match &self.held[start..start + 2] {
            b"--" => return Ok(None),
            b"\r\n" => {}
            _ => return Err(Broken::Form),
        }
        let _ = self.held.split_to(start);
        let length = loop {
            if let Some(end) = find(&self.held, b"\r\n\r\n") {
                break end;
            }
            if self.held.len() > MOST_HEAD {
                return Err(Broken::Form);
            }
            self.fill().await?;
        };
        let head = self.held.split_to(length);
        let _ = self.held.split_to(4);
        Ok(Some(parse(&String::from_utf8_lossy(&head))))
    }

    /// More of what is in the part; none at its end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Broken> {
        loop {
            match find(&self.held, &self.delimiter) {
                Some(0) => return Ok(None),
                Some(end) => return Ok(Some(self.held.split_to(end).freeze())),
                None => {}
            }
            // The rest may be the beginning of what ends it.
            let sure = (self.held.len() + 1).saturating_sub(self.delimiter.len());
            if sure > 0 {
                return Ok(Some(self.held.split_to(sure).freeze()));
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> Result<(), Broken> {
        match timeout(SILENCE, self.pieces.next()).await {
            Ok(Some(Ok(piece))) => {
                self.held.extend_from_slice(&piece);
                Ok(())
            }
            Ok(None | Some(Err(_))) => Err(Broken::Cut),
            Err(_) => Err(Broken::Silent),
        }
    }
}

/// Where these bytes begin in others. They begin with the end of a line.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == b'\r') {
        if bytes[from + at..].starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

fn parse(head: &str) -> Head {
    let mut lines = head.split("\r\n");
    let disposition = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is = name.trim().eq_ignore_ascii_case("content-disposition");
        is.then_some(value)
    });
    let disposition = disposition.unwrap_or_default();
    Head {
        name: parameter(disposition, "; name=\"").unwrap_or_default(),
        file: parameter(disposition, "; filename=\""),
    }
}

/// As browsers write it: what would end it, or the line, stands as its number.
fn parameter(disposition: &str, beginning: &str) -> Option<String> {
    let (_, value) = disposition.split_once(beginning)?;
    let (value, _) = value.split_once('"')?;
    Some(
        value
            .replace("%22", "\"")
            .replace("%0D", "\r")
            .replace("%0A", "\n"),
    )
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use futures::stream;

    use super::*;

    const FORM: &[u8] =
        b"--edge\r\nContent-Disposition: form-data; name=\"body\"\r\n\r\nhi\r\nyou\r\n\
        --edge\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n\r\n\
        --edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22b.png\"\r\n\
        Content-Type: image/png\r\n\r\n\r\n--edg\r\n-\r\r\n--edge--\r\n";

    /// All parts of a form that comes in pieces of this length.
    async fn read(form: &[u8], length: usize) -> Result<Vec<(Head, Vec<u8>)>, Broken> {
        let pieces = form
            .chunks(length)
            .map(|piece| Ok::<_, ()>(Bytes::copy_from_slice(piece)));
        let mut parts = Parts::new(stream::iter(pieces.collect::<Vec<_>>()), "edge");
        let mut all = Vec::new();
        while let Some(head) = parts.next().await? {
            let mut content = Vec::new();
            while let Some(chunk) = parts.chunk().await? {
                content.extend_from_slice(&chunk);
            }
            all.push((head, content));
        }
        Ok(all)
    }

    #[tokio::test]
    async fn a_form_is_read_wherever_it_is_torn() {
        for length in 1..FORM.len() {
            let all = read(FORM, length).await.unwrap();
            let [body, empty, file] = all.as_slice() else {
                panic!("{length}: {all:?}");
            };
            assert_eq!(
                (body.0.name.as_str(), &*body.1),
                ("body", &b"hi\r\nyou"[..])
            );
            assert_eq!((empty.0.name.as_str(), &*empty.1), ("a", &b""[..]));
            assert_eq!(file.0.file.as_deref(), Some("a\"b.png"));
            assert_eq!(file.1, b"\r\n--edg\r\n-\r");
        }
    }

    #[tokio::test]
    async fn what_is_cut_off_or_no_form_is_told() {
        for end in 0..FORM.len() - 4 {
            assert!(read(&FORM[..end], 7).await.is_err(), "{end}");
        }
        for form in [&b"--edge--"[..], b"before\r\n--edge--"] {
            assert_eq!(read(form, 7).await.unwrap(), []);
        }
        assert!(matches!(read(b"--edgeless", 7).await, Err(Broken::Form)));
        let endless = [b"--edge\r\nX: ", &[b'x'; 2 * MOST_HEAD][..]].concat();
        assert!(matches!(read(&endless, 1000).await, Err(Broken::Form)));
    }

    #[test]
    fn the_boundary_stands_in_the_type() {
        let of = |kind: &'static str| {
            let kind = HeaderValue::from_static(kind);
            boundary(&HeaderMap::from_iter([(header::CONTENT_TYPE, kind)]))
        };
        assert_eq!(
            of("multipart/form-data; boundary=x-1").as_deref(),
            Some("x-1")
        );
        assert_eq!(
            of("multipart/form-data;boundary=\"x\"").as_deref(),
            Some("x")
        );
        assert_eq!(of("multipart/form-data; boundary="), None);
        assert_eq!(of("application/x-www-form-urlencoded"), None);
    }
}
