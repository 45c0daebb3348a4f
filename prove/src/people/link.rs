//! A client's connection: how it is made, read and written, and how its end shows.

use std::{net::SocketAddr, time::Duration};

use app::live::wire::{CloseCode, SILENCE_SECONDS, SUBPROTOCOL, ServerFrame};
use futures::{SinkExt, StreamExt, future::BoxFuture, stream::SplitStream};
use tokio::{
    net::{TcpSocket, TcpStream},
    sync::mpsc,
    time::{Instant, sleep_until, timeout, timeout_at},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use crate::Error;

/// How long a connection may take to be made.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many frames may wait to be written.
const MOST_WAITING: usize = 4096;

/// Where a client may connect to: a port for each node.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) ports: Vec<u16>,
    /// Its own buffer for what comes in, where it is to be small.
    pub(crate) small: bool,
}

pub(super) struct Socket {
    stream: SplitStream<WebSocketStream<TcpStream>>,
    out: mpsc::Sender<String>,
    heard: Instant,
    pub(super) node: usize,
    pub(super) since: Instant,
}

pub(super) enum Link {
    Down { retry: Option<Instant> },
    Connecting(BoxFuture<'static, Result<Socket, Error>>),
    Up(Box<Socket>),
}

pub(super) enum Happening {
    RetryDue,
    Connected(Box<Socket>),
    Frame(Box<ServerFrame>),
    Lost(CloseCode),
}

impl Link {
    /// What happens next. Nothing is lost when it is not waited for to the end. A deaf client
    /// does not read.
    pub(super) async fn next(&mut self, deaf: bool) -> Happening {
        match self {
            Self::Down { retry: Some(at) } => {
                sleep_until(*at).await;
                Happening::RetryDue
            }
            Self::Connecting(connecting) => match connecting.await {
                Ok(socket) => Happening::Connected(Box::new(socket)),
                Err(_) => Happening::Lost(CloseCode::Other(1006)),
            },
            Self::Up(socket) if !deaf => socket.next().await,
            Self::Down { retry: None } | Self::Up(_) => std::future::pending().await,
        }
    }

    /// Writes a frame, when there is a connection that takes it.
    pub(super) fn say(&self, frame: &impl serde::Serialize) -> bool {
        let (Self::Up(socket), Ok(text)) = (self, serde_json::to_string(frame)) else {
            return false;
        };
        socket.out.try_send(text).is_ok()
    }
}

impl Socket {
    async fn next(&mut self) -> Happening {
        loop {
            let silent = self.heard + Duration::from_secs(SILENCE_SECONDS);
            let Ok(Some(Ok(message))) = timeout_at(silent, self.stream.next()).await else {
                return Happening::Lost(CloseCode::Other(1006));
            };
            self.heard = Instant::now();
            match message {
                Message::Text(text) => {
                    if let Ok(frame) = text.parse() {
                        return Happening::Frame(Box::new(frame));
                    }
                }
                Message::Close(frame) => {
                    let code = frame.map_or(1005, |frame| frame.code.into());
                    return Happening::Lost(CloseCode::from_number(code));
                }
                _ => {}
            }
        }
    }
}

pub(super) async fn connect(route: Route, node: usize, cookie: String) -> Result<Socket, Error> {
    let port = *route.ports.get(node).ok_or("there is no such node")?;
    let mut request = format!("ws://127.0.0.1:{port}/live").into_client_request()?;
    let headers = request.headers_mut();
    headers.insert("origin", format!("http://127.0.0.1:{port}").parse()?);
    headers.insert("sec-websocket-protocol", SUBPROTOCOL.parse()?);
    headers.insert("cookie", cookie.parse()?);
    let opening = async {
        let socket = TcpSocket::new_v4()?;
        if route.small {
            socket.set_recv_buffer_size(16 * 1024)?;
        }
        let stream = socket
            .connect(SocketAddr::from(([127, 0, 0, 1], port)))
            .await?;
        stream.set_nodelay(true)?;
        Ok::<_, Error>(client_async(request, stream).await?.0)
    };
    let (mut sink, stream) = timeout(PATIENCE, opening).await??.split();
    let (out, mut waiting) = mpsc::channel::<String>(MOST_WAITING);
    tokio::spawn(async move {
        while let Some(text) = waiting.recv().await {
            if sink.send(Message::text(text)).await.is_err() {
                return;
            }
        }
        let _ = timeout(PATIENCE, sink.close()).await;
    });
    Ok(Socket {
        stream,
        out,
        heard: Instant::now(),
        node,
        since: Instant::now(),
    })
}
