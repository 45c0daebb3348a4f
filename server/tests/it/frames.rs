//! What a client may do to its own socket, and that the one next door feels nothing of it.

use std::{iter, process::Command, time::Duration};

use layover::{Bounds, hub::Limits};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::protocol::frame::{
    Frame,
    coding::{Data, OpCode},
};

use crate::support::{Database, Person, Server, Settings, Socket, program::Program};

const MOST_BYTES: usize = app::live::wire::MOST_BYTES;

/// The head of an empty fragment that others follow, as a client masks it.
const EMPTY_FRAGMENT: [u8; 6] = [0x00, 0x80, 0, 0, 0, 0];

fn text(bytes: impl Into<Vec<u8>>, last: bool) -> Frame {
    Frame::message(bytes.into(), OpCode::Data(Data::Text), last)
}

fn fragment(bytes: impl Into<Vec<u8>>, last: bool) -> Frame {
    Frame::message(bytes.into(), OpCode::Data(Data::Continue), last)
}

/// Ana, who misbehaves, and Ben, who listens to the same room.
struct Pair {
    server: Server,
    ana: Person,
    room: String,
    neighbour: Socket,
}

impl Pair {
    async fn on(server: Server) -> Self {
        let (ana, ben) = (server.person("ana").await, server.person("ben").await);
        let room = ana.create("Lisbon", "public").await;
        ben.join(&room).await;
        let neighbour = ben.listen(&room).await;
        Self {
            server,
            ana,
            room,
            neighbour,
        }
    }

    /// A socket of Ana's is closed for this, and Ben goes on hearing.
    async fn is_closed_for(&mut self, frames: impl IntoIterator<Item = Frame>, what: &str) {
        let mut socket = self.ana.connect().await;
        socket.throw(frames).await;
        self.is_closed(socket, what).await;
    }

    async fn is_closed(&mut self, mut socket: Socket, what: &str) {
        assert_eq!(socket.close_code().await, 4400, "{what}");
        self.ana.send(&self.room, what).await;
        assert_eq!(self.neighbour.hear(1).await, [what]);
    }
}

#[tokio::test]
async fn row_37_what_is_no_frame_or_too_large_a_one_closes_its_socket_alone() {
    let mut pair = Pair::on(Server::start().await).await;
    let x = |bytes: usize| vec![b'x'; bytes];
    pair.is_closed_for([text(x(MOST_BYTES + 1), true)], "a large frame")
        .await;
    let many = iter::once(text(x(1024), false)).chain((1..65).map(|_| fragment(x(1024), false)));
    pair.is_closed_for(many, "many fragments").await;
    pair.is_closed_for([text([0xff, 0xfe], true)], "no UTF-8")
        .await;
    let cut = [text([0xe2, 0x82], false), fragment([0x41], true)];
    pair.is_closed_for(cut, "no UTF-8 over two fragments").await;
    let binary = Frame::message(vec![0], OpCode::Data(Data::Binary), true);
    pair.is_closed_for([binary], "binary").await;
    pair.is_closed_for([fragment(x(1), true)], "the end of nothing")
        .await;
    // Frames that no library writes.
    let large_ping = [&[0x89, 0xfe, 0, 126, 0, 0, 0, 0][..], &x(126)].concat();
    for (bytes, what) in [
        (large_ping.as_slice(), "a large ping"),
        (&[0xf1, 0x80, 0, 0, 0, 0][..], "reserved bits"),
        (&[0x83, 0x80, 0, 0, 0, 0], "a reserved type"),
        (&[0x81, 0x01, b'x'], "no mask"),
        (
            &[
                0x81, 0xff, 0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0,
            ],
            "a huge length",
        ),
    ] {
        let mut socket = pair.ana.connect().await;
        socket.throw_bytes(bytes).await;
        pair.is_closed(socket, what).await;
    }
    pair.server.end().await;
}

#[tokio::test]
async fn row_37_fragments_that_never_end_close_their_socket_alone() {
    let mut pair = Pair::on(Server::start().await).await;
    let mut socket = pair.ana.connect().await;
    socket.throw([text("{", false)]).await;
    // Empty ones: no limit of the message's size ends these.
    let enough = 2 * MOST_BYTES / EMPTY_FRAGMENT.len() + 1;
    socket.throw_bytes(&EMPTY_FRAGMENT.repeat(enough)).await;
    pair.is_closed(socket, "empty fragments").await;
    pair.server.end().await;
}

#[tokio::test]
async fn a_message_may_come_in_fragments_with_pings_between_them() {
    let pair = Pair::on(Server::start().await).await;
    let mut socket = pair.ana.connect().await;
    let ping = || Frame::ping(vec![1]);
    socket
        .throw([text(r#"{"type":"#, false), ping(), fragment([], false)])
        .await;
    socket.throw([ping(), fragment(r#""hello"}"#, true)]).await;
    socket.next_of("welcome").await;
    pair.server.end().await;
}

#[tokio::test]
async fn row_37_a_flood_of_pings_closes_its_socket_alone() {
    let limits = Limits {
        rate: 1,
        burst: 5,
        ..Limits::default()
    };
    let settings = Settings {
        limits,
        ..Settings::default()
    };
    let mut pair = Pair::on(Server::start_with(Database::new().await, settings).await).await;
    let mut socket = pair.ana.connect().await;
    socket.throw((0..5000).map(|_| Frame::ping(vec![1]))).await;
    assert_eq!(socket.close_code_within(20).await, 4429);
    pair.ana.send(&pair.room, "undisturbed").await;
    assert_eq!(pair.neighbour.hear(1).await, ["undisturbed"]);
    pair.server.end().await;
}

/// A server whose connections may take so much.
async fn bounded(bounds: Bounds) -> Server {
    let settings = Settings {
        bounds,
        ..Settings::default()
    };
    Server::start_with(Database::new().await, settings).await
}

/// Sends this, and no more. Returns what the server says until it closes the connection.
async fn stalls(server: &Server, begun: &str) -> String {
    let url = server.url("/");
    let address = (url.host_str().unwrap(), url.port().unwrap());
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(begun.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A connection that is reset is closed as well.
    let _ = slow.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn row_37_a_slow_handshake_ends_and_an_open_socket_outlives_the_limit() {
    let bounds = Bounds {
        first_head: Duration::from_millis(300),
        ..Bounds::default()
    };
    let mut pair = Pair::on(bounded(bounds).await).await;
    let handshake = "GET /live HTTP/1.1\r\nhost: x\r\nupgrade: web";
    assert_eq!(stalls(&pair.server, handshake).await, "");
    pair.ana.send(&pair.room, "undisturbed").await;
    assert_eq!(pair.neighbour.hear(1).await, ["undisturbed"]);
    pair.server.end().await;
}

#[tokio::test]
async fn row_37_a_body_that_is_too_slow_ends_its_connection_alone() {
    let bounds = Bounds {
        body: Duration::from_millis(300),
        ..Bounds::default()
    };
    let mut pair = Pair::on(bounded(bounds).await).await;
    let post = "POST /api/rooms/list HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{\"a\":";
    let answer = stalls(&pair.server, post).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    pair.ana.send(&pair.room, "undisturbed").await;
    assert_eq!(pair.neighbour.hear(1).await, ["undisturbed"]);
    pair.server.end().await;
}

#[tokio::test]
async fn row_37_those_who_connect_and_say_nothing_keep_nobody_out() {
    let database = Database::new().await;
    let mut command = Command::new("/bin/sh");
    command.args([
        "-c",
        "ulimit -n 64 && exec \"$0\"",
        env!("CARGO_BIN_EXE_layover"),
    ]);
    let program = Program::start_by(command, &database, &[]);
    // Two sessions, so that the server's connections to its database are there.
    let (ana, ben) = (program.person("ana").await, program.person("ben").await);
    let address = (program.url.host_str().unwrap(), program.url.port().unwrap());
    let mut silent = Vec::new();
    for _ in 0..200 {
        silent.push(TcpStream::connect(address).await.unwrap());
    }
    let stranger = Person::stranger(program.url.clone());
    assert_eq!(stranger.get("/health/live").await.status(), 200);
    drop(silent);
    for person in [&ana, &ben] {
        assert_eq!(person.get("/").await.status(), 200);
    }
    let log = program.stop();
    let full = log
        .lines()
        .filter(|line| line.contains("nobody can connect"))
        .count();
    assert!(
        (1..100).contains(&full),
        "it is full and does not spin: {log}"
    );
    database.drop().await;
}
