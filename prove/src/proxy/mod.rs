//! Links that can be broken: a TCP proxy on the loopback interface, in both directions.
//!
//! Invariant: what passes is neither changed nor reordered, unless the link's mode says so; memory
//! is bounded, because a side that does not read stops the other.

mod postgres;
mod pump;
mod resp;
mod spy;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
    task::JoinHandle,
};

use self::pump::Pump;
pub(crate) use self::{
    resp::Mischief,
    spy::{Deceit, PLANTED_STATE, Spy},
};
use crate::dice::Dice;

/// What a link does with what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Pass,
    /// Connections are reset, and new ones too.
    Cut,
    /// Nothing gets through and nobody is told.
    Hold,
    /// What comes back from upstream is held; requests still get through.
    HoldAnswers,
    /// Each piece waits.
    Delay(Duration),
    /// Bytes a second, each way.
    Throttle(u32),
    /// The next piece is cut in half and its connection reset.
    Tear,
}

/// What a link understands of what it carries.
#[derive(Debug, Clone)]
pub(crate) enum Speaks {
    Bytes,
    /// Bytes, of which little fits between the two ends.
    Narrow,
    Postgres(Arc<Spy>),
    Redis(Arc<Mischief>),
}

/// One proxy: a port of its own before another.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) port: u16,
    mode: watch::Sender<Mode>,
    /// Each step ends the connections of before.
    generation: watch::Sender<u64>,
    task: JoinHandle<()>,
}

/// What each connection of a link shares.
#[derive(Debug, Clone)]
struct Shared {
    upstream: u16,
    speaks: Speaks,
    mode: watch::Receiver<Mode>,
    set: watch::Sender<Mode>,
    generation: watch::Receiver<u64>,
}

impl Link {
    pub(crate) async fn open(upstream: u16, speaks: Speaks, dice: Dice) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let (mode, mode_seen) = watch::channel(Mode::Pass);
        let (generation, generation_seen) = watch::channel(0);
        let shared = Shared {
            upstream,
            speaks,
            mode: mode_seen,
            set: mode.clone(),
            generation: generation_seen,
        };
        let task = tokio::spawn(accept(listener, shared, dice));
        Ok(Self {
            port,
            mode,
            generation,
            task,
        })
    }

    pub(crate) fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
        if mode == Mode::Cut {
            self.reset();
        }
    }

    /// Resets every connection; new ones are welcome.
    pub(crate) fn reset(&self) {
        self.generation.send_modify(|generation| *generation += 1);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, shared: Shared, dice: Dice) {
    let mut number = 0_u64;
    while let Ok((near, _)) = listener.accept().await {
        number += 1;
        if *shared.mode.borrow() == Mode::Cut {
            reset(&near);
            continue;
        }
        let dice = dice.fork(&format!("connection {number}"));
        tokio::spawn(carry(near, shared.clone(), dice));
    }
}

/// Makes the end of a connection a reset rather than a farewell.
fn reset(stream: &TcpStream) {
    let _ = stream.set_zero_linger();
}

async fn carry(near: TcpStream, mut shared: Shared, dice: Dice) {
    shared.generation.mark_unchanged();
    // A connection that is opened while nothing gets through is opened when something does again.
    let held = shared.mode.wait_for(|mode| *mode != Mode::Hold);
    if held.await.is_err() {
        return;
    }
    let address = SocketAddr::from(([127, 0, 0, 1], shared.upstream));
    let Ok(far) = connect(address, &shared.speaks).await else {
        reset(&near);
        return;
    };
    let _ = (near.set_nodelay(true), far.set_nodelay(true));
    let mut generation = shared.generation.clone();
    let (up, down) = Pump::pair(&shared, dice);
    let (mut near_read, mut near_write) = near.into_split();
    let (mut far_read, mut far_write) = far.into_split();
    let broken = tokio::select! {
        torn = up.run(&mut near_read, &mut far_write) => torn,
        torn = down.run(&mut far_read, &mut near_write) => torn,
        _ = generation.changed() => true,
    };
    if broken {
        reset(near_read.as_ref());
        reset(far_read.as_ref());
    }
}

async fn connect(address: SocketAddr, speaks: &Speaks) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if matches!(speaks, Speaks::Redis(_) | Speaks::Narrow) {
        // What a slow reader has not read is to wait at the far end, which has to bound it.
        socket.set_recv_buffer_size(16 * 1024)?;
    }
    socket.connect(address).await
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// A server that says everything back, behind a link, and a connection to it.
    async fn echo() -> (Link, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut read, mut write) = stream.split();
                    let _ = tokio::io::copy(&mut read, &mut write).await;
                });
            }
        });
        let link = Link::open(port, Speaks::Bytes, Dice::new(1)).await.unwrap();
        let stream = TcpStream::connect(("127.0.0.1", link.port)).await.unwrap();
        (link, stream)
    }

    async fn say(stream: &mut TcpStream, text: &str) -> io::Result<String> {
        stream.write_all(text.as_bytes()).await?;
        let mut answer = vec![0; text.len()];
        stream.read_exact(&mut answer).await?;
        Ok(String::from_utf8(answer).unwrap())
    }

    #[tokio::test]
    async fn what_passes_is_not_changed() {
        let (_link, mut stream) = echo().await;
        let long = "words ".repeat(50_000);
        let (mut read, mut write) = stream.split();
        let mut answer = vec![0; long.len()];
        let (written, heard) = tokio::join!(
            write.write_all(long.as_bytes()),
            read.read_exact(&mut answer)
        );
        written.unwrap();
        heard.unwrap();
        assert_eq!(answer, long.as_bytes());
    }

    #[tokio::test]
    async fn a_cut_link_resets_old_and_new_connections_until_it_passes_again() {
        let (link, mut stream) = echo().await;
        assert_eq!(say(&mut stream, "one").await.unwrap(), "one");
        link.set(Mode::Cut);
        assert!(say(&mut stream, "two").await.is_err());
        let mut other = TcpStream::connect(("127.0.0.1", link.port)).await.unwrap();
        assert!(say(&mut other, "three").await.is_err());
        link.set(Mode::Pass);
        let mut other = TcpStream::connect(("127.0.0.1", link.port)).await.unwrap();
        assert_eq!(say(&mut other, "four").await.unwrap(), "four");
    }

    #[tokio::test]
    async fn what_is_held_comes_later_and_whole() {
        let (link, mut stream) = echo().await;
        assert_eq!(say(&mut stream, "one").await.unwrap(), "one");
        link.set(Mode::Hold);
        let wait = Duration::from_millis(100);
        assert!(
            tokio::time::timeout(wait, say(&mut stream, "two"))
                .await
                .is_err()
        );
        link.set(Mode::Pass);
        let mut answer = [0; 3];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"two");
    }

    #[tokio::test]
    async fn a_torn_connection_ends_in_the_middle_of_a_piece() {
        let (link, mut stream) = echo().await;
        assert_eq!(say(&mut stream, "one").await.unwrap(), "one");
        link.set(Mode::Tear);
        assert!(say(&mut stream, "two words").await.is_err());
    }
}
