//! How a client gets in: a WebSocket to a server of this machine, and its room.

use std::net::{Ipv4Addr, SocketAddr};

use futures::{SinkExt, StreamExt};
use serde_json::json;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest, protocol::WebSocketConfig},
};
use uuid::Uuid;

use crate::{
    Error,
    frame::{self, Event},
    target::Target,
};

pub(crate) type Socket = WebSocketStream<TcpStream>;

/// A server that runs, and how to speak to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Door {
    pub(crate) target: Target,
    pub(crate) address: SocketAddr,
}

/// Somebody, in a room.
#[derive(Debug, Clone)]
pub(crate) struct Seat {
    /// The peers believe whoever names this number.
    pub(crate) user: usize,
    /// The cookie of a session of Layover's.
    pub(crate) cookie: String,
    pub(crate) room: Uuid,
}

impl Door {
    /// Connects, and hears the room.
    pub(crate) async fn enter(&self, seat: &Seat) -> Result<Socket, Error> {
        let mut socket = self.connect(seat, Ipv4Addr::LOCALHOST).await?;
        if self.target == Target::Layover {
            for frame in [
                json!({"type": "hello"}),
                json!({"type": "subscribe", "room": seat.room}),
            ] {
                socket.feed(Message::text(frame.to_string())).await?;
            }
            socket.flush().await?;
        }
        loop {
            match self.next(&mut socket).await? {
                Event::Subscribed { .. } => return Ok(socket),
                Event::Refused { why } => return Err(why.into()),
                Event::Answer { with } => socket.send(Message::text(with)).await?,
                _ => {}
            }
        }
    }

    /// What the next frame says.
    pub(crate) async fn next(&self, socket: &mut Socket) -> Result<Event, Error> {
        let message = socket.next().await.ok_or("the server hung up")??;
        self.read(&message)
    }

    pub(crate) fn read(&self, message: &Message) -> Result<Event, Error> {
        match message {
            Message::Text(text) => frame::read(self.target, text),
            Message::Close(why) => Err(match why {
                Some(why) => format!("closed with {}", why.code),
                None => "closed".to_owned(),
            }
            .into()),
            _ => Ok(Event::Other),
        }
    }

    /// Connects from an address of this machine: one alone has not ports enough for many.
    pub(crate) async fn connect(&self, seat: &Seat, from: Ipv4Addr) -> Result<Socket, Error> {
        let own = TcpSocket::new_v4()?;
        if from != Ipv4Addr::LOCALHOST {
            own.bind((from, 0).into())?;
        }
        let stream = own.connect(self.address).await?;
        stream.set_nodelay(true)?;

        let mut request = self.url(seat).into_client_request()?;
        if self.target == Target::Layover {
            let headers = request.headers_mut();
            headers.insert("origin", format!("http://{}", self.address).parse()?);
            headers.insert("cookie", format!("session={}", seat.cookie).parse()?);
            headers.insert("sec-websocket-protocol", "layover.v1".parse()?);
        }
        // What a connection costs here is not to leave the machine short of memory.
        let config = WebSocketConfig::default()
            .read_buffer_size(8 * 1024)
            .write_buffer_size(0);
        let (socket, _) = client_async_with_config(request, stream, Some(config)).await?;
        Ok(socket)
    }

    fn url(&self, Seat { user, room, .. }: &Seat) -> String {
        let address = self.address;
        match self.target {
            Target::Layover => format!("ws://{address}/live"),
            Target::Django => format!("ws://{address}/rooms/{room}?user={user}"),
            Target::SocketIo | Target::SocketIoUnstored => format!(
                "ws://{address}/socket.io/?EIO=4&transport=websocket&room={room}&user={user}"
            ),
        }
    }
}
