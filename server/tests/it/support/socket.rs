//! One end of the live connection.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        handshake::client::Request,
        protocol::{CloseFrame, frame::Frame},
    },
};
use url::Url;

/// How long a test waits for a frame before it fails.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// All that it has been told, for whoever looks at it afterwards.
    pub(crate) told: Vec<Value>,
}

/// The handshake of a page of this very host.
pub(crate) fn handshake(url: &Url, cookie: Option<&str>) -> Request {
    let mut live = url.join("/live").unwrap();
    live.set_scheme("ws").unwrap();
    let mut request = live.as_str().into_client_request().unwrap();
    let origin = url.as_str().trim_end_matches('/');
    let headers = request.headers_mut();
    headers.insert("origin", origin.parse().unwrap());
    headers.insert("sec-websocket-protocol", "layover.v1".parse().unwrap());
    if let Some(cookie) = cookie {
        headers.insert("cookie", cookie.parse().unwrap());
    }
    request
}

impl Socket {
    pub(crate) async fn connect(url: &Url, cookie: Option<&str>) -> Self {
        let (socket, _) = connect_async(handshake(url, cookie)).await.unwrap();
        Self {
            stream: socket,
            told: Vec::new(),
        }
    }

    /// The HTTP status with which a handshake is refused.
    pub(crate) async fn refused(request: Request) -> u16 {
        match connect_async(request).await {
            Err(Error::Http(response)) => response.status().as_u16(),
            other => panic!("the handshake was not refused: {other:?}"),
        }
    }

    pub(crate) async fn say(&mut self, frame: Value) {
        self.say_text(&frame.to_string()).await;
    }

    pub(crate) async fn say_text(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    /// Sends frames as they are, however little they make sense. The server may close the socket
    /// meanwhile.
    pub(crate) async fn throw(&mut self, frames: impl IntoIterator<Item = Frame>) {
        for frame in frames {
            if self.stream.send(Message::Frame(frame)).await.is_err() {
                return;
            }
        }
    }

    /// Sends bytes that need not be frames.
    pub(crate) async fn throw_bytes(&mut self, bytes: &[u8]) {
        // An error means that the socket is closed already.
        let _ = self.stream.get_mut().write_all(bytes).await;
    }

    async fn next_message(&mut self) -> Message {
        self.next_message_within(PATIENCE).await
    }

    async fn next_message_within(&mut self, patience: Duration) -> Message {
        let next = tokio::time::timeout(patience, self.stream.next()).await;
        next.expect("a frame within the patience of a test")
            .expect("an open socket")
            .unwrap()
    }

    /// The next frame of any type.
    async fn next_frame(&mut self) -> Value {
        let message = loop {
            let message = self.next_message().await;
            // The server answers pings.
            if !message.is_pong() {
                break message;
            }
        };
        let frame: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
        self.told.push(frame.clone());
        frame
    }

    /// The next frame; what comes by itself from time to time is passed over.
    pub(crate) async fn next(&mut self) -> Value {
        loop {
            let frame = self.next_frame().await;
            if !["presence", "me", "heads"].contains(&frame["type"].as_str().unwrap()) {
                return frame;
            }
        }
    }

    /// The next frame of a type; others are passed over.
    pub(crate) async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next_frame().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The next things that people say.
    pub(crate) async fn hear(&mut self, count: usize) -> Vec<String> {
        let mut heard = Vec::new();
        while heard.len() < count {
            let changes = self.next_of("changes").await;
            let items = changes["items"].as_array().unwrap().iter();
            let said = items.filter(|item| item["kind"] == "text");
            heard.extend(said.map(|item| item["body"].as_str().unwrap().to_owned()));
        }
        heard
    }

    /// The code with which the server closes the socket.
    pub(crate) async fn close_code(&mut self) -> u16 {
        loop {
            if let Message::Close(Some(CloseFrame { code, .. })) = self.next_message().await {
                return code.into();
            }
        }
    }

    /// The same, when it may take longer than a test usually waits for a frame.
    pub(crate) async fn close_code_within(&mut self, seconds: u64) -> u16 {
        loop {
            let message = self.next_message_within(Duration::from_secs(seconds)).await;
            if let Message::Close(Some(CloseFrame { code, .. })) = message {
                return code.into();
            }
        }
    }
}
