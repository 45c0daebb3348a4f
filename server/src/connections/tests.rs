use std::{
    io,
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    extract::ConnectInfo,
    routing::{get, post},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::oneshot,
    task::JoinHandle,
};

use super::*;

/// Long after a test has failed for other reasons.
const NEVER: Duration = Duration::from_mins(10);

/// Shorter than a test is patient, and longer than an answer takes.
const SHORT: Duration = Duration::from_millis(300);

fn bounds() -> Bounds {
    Bounds {
        first_head: NEVER,
        next_head: NEVER,
        body: NEVER,
        arriving: 100,
    }
}

struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    async fn start(bounds: Bounds) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        Self::start_from(listener, address, bounds)
    }

    fn start_from(
        listener: impl Listen + Send + Sync + 'static,
        address: SocketAddr,
        bounds: Bounds,
    ) -> Self {
        let router = Router::new()
            .route("/", get(async || "hello"))
            .route("/slow", get(slow))
            .route("/body", post(async |_: axum::body::Bytes| "hello"))
            .route(
                "/peer",
                get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| format!("{peer} hello")),
            );
        let (stop, stopped) = oneshot::channel();
        let stopped = async move { stopped.await.unwrap_or_default() };
        let task = tokio::spawn(serve_from(listener, router, bounds, stopped));
        Self {
            address,
            stop,
            task,
        }
    }

    async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.unwrap())
    }
}

/// Takes longer than a head may.
async fn slow() -> &'static str {
    sleep(2 * SHORT).await;
    "hello"
}

struct Client(TcpStream);

impl Client {
    async fn say(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    async fn ask(&mut self, path: &str) -> String {
        self.say(&format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n"))
            .await;
        self.answer().await
    }

    /// What the server says, up to its usual last word.
    async fn answer(&mut self) -> String {
        let mut answer = Vec::new();
        while !answer.ends_with(b"hello") {
            let byte = self.0.read_u8().await.unwrap();
            answer.push(byte);
        }
        String::from_utf8(answer).unwrap()
    }

    /// Until the server ends the connection. Returns what it has said before.
    async fn is_closed(&mut self) -> String {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest).await {
            Ok(_) => String::from_utf8(rest).unwrap(),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => String::new(),
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn row_37_a_first_head_that_is_too_slow_ends_its_connection_alone() {
    let server = Server::start(Bounds {
        first_head: SHORT,
        ..bounds()
    })
    .await;
    let mut silent = server.connect().await;
    let mut slow = server.connect().await;
    slow.say("GET / HTTP/1.1\r\nx-slow: ").await;
    let mut neighbour = server.connect().await;
    neighbour.ask("/").await;
    assert_eq!(silent.is_closed().await, "");
    assert_eq!(slow.is_closed().await, "");
    neighbour.ask("/").await;
}

#[tokio::test]
async fn an_answer_may_take_longer_than_a_head() {
    let server = Server::start(Bounds {
        first_head: SHORT,
        ..bounds()
    })
    .await;
    let mut client = server.connect().await;
    client.ask("/slow").await;
    client.ask("/slow").await;
}

#[tokio::test]
async fn row_37_a_connection_that_is_kept_and_not_used_ends() {
    let server = Server::start(Bounds {
        next_head: SHORT,
        ..bounds()
    })
    .await;
    let mut silent = server.connect().await;
    silent.ask("/").await;
    assert_eq!(silent.is_closed().await, "");
    let mut slow = server.connect().await;
    slow.ask("/").await;
    slow.say("GET / HTTP/1.1\r\nx-slow: ").await;
    slow.is_closed().await;
}

#[tokio::test]
async fn row_37_among_too_many_that_say_nothing_the_one_that_has_waited_longest_goes() {
    let server = Server::start(Bounds {
        arriving: 2,
        ..bounds()
    })
    .await;
    let mut known = server.connect().await;
    known.ask("/").await;
    let mut first = server.connect().await;
    let mut second = server.connect().await;
    let mut third = server.connect().await;
    assert_eq!(first.is_closed().await, "");
    for client in [&mut known, &mut second, &mut third] {
        client.ask("/").await;
    }
}

#[tokio::test]
async fn row_37_a_head_has_so_many_bytes_and_no_more() {
    let server = Server::start(bounds()).await;
    let mut client = server.connect().await;
    client.say("GET / HTTP/1.1\r\nx-long: ").await;
    // The server may end the connection while this is under way.
    let _ = client.0.write_all(&vec![b'x'; 2 * MOST_HEAD]).await;
    let answer = client.is_closed().await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431 "),
        "{answer}"
    );
}

#[tokio::test]
async fn a_handler_knows_who_is_at_the_other_end() {
    let server = Server::start(bounds()).await;
    let mut client = server.connect().await;
    let own = client.0.local_addr().unwrap();
    let answer = client.ask("/peer").await;
    assert!(answer.ends_with(&format!("{own} hello")), "{answer}");
}

#[tokio::test]
async fn a_server_that_stops_closes_who_is_idle_and_answers_who_has_asked() {
    let server = Server::start(bounds()).await;
    let mut silent = server.connect().await;
    let mut idle = server.connect().await;
    idle.ask("/").await;
    let mut busy = server.connect().await;
    busy.say("POST /body HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 1\r\n\r\n")
        .await;
    let mut go_on = [0; 25];
    busy.0.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

    server.stop.send(()).unwrap();
    assert_eq!(silent.is_closed().await, "");
    assert_eq!(idle.is_closed().await, "");
    assert!(TcpStream::connect(server.address).await.is_err());
    assert!(!server.task.is_finished());
    busy.say("x").await;
    let answer = busy.is_closed().await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    server.task.await.unwrap();
}

/// A system that has no room for a while.
struct Full {
    listener: TcpListener,
    left: AtomicUsize,
}

impl Listen for Full {
    async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let left = self.left.load(Ordering::Relaxed);
        if left > 0 {
            self.left.store(left - 1, Ordering::Relaxed);
            let cause = if left == 3 {
                nix::libc::ECONNABORTED
            } else {
                nix::libc::EMFILE
            };
            return Err(io::Error::from_raw_os_error(cause));
        }
        self.listener.accept().await
    }
}

#[tokio::test]
async fn row_37_a_system_without_room_for_connections_is_waited_for_and_not_in_a_hurry() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let full = Full {
        listener,
        left: AtomicUsize::new(3),
    };
    let begun = tokio::time::Instant::now();
    let server = Server::start_from(full, address, bounds());
    server.connect().await.ask("/").await;
    assert!(begun.elapsed() >= 2 * PAUSE);
}
