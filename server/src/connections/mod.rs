//! Connections: taken in, bounded while nobody knows yet what they want, and asked to end when the
//! server stops.
//!
//! It refuses to know what is asked and answered. Invariant: nobody holds a connection for longer
//! than [`Bounds`] say without having sent the whole head of a request.

mod arrivals;
mod metered;
#[cfg(test)]
mod tests;

use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    pin::pin,
    sync::Arc,
    time::Duration,
};

use axum::{Router, extract::ConnectInfo};
use hyper::{
    Request,
    body::Incoming,
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use nix::sys::socket::{setsockopt, sockopt};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{sleep, timeout},
};

use self::{
    arrivals::{Arrival, Arrivals, Heard},
    metered::Metered,
};

pub(crate) use self::metered::Meter;

/// The most bytes that the head of a request may have.
const MOST_HEAD: usize = 64 * 1024;

/// What the kernel may hold for a reader that does not read, in bytes; it doubles what it is asked
/// for. What waits beyond is counted, and the reader is closed.
const SEND_BUFFER: usize = 128 * 1024;

/// How long the server waits when the system has no room for another connection.
const PAUSE: Duration = Duration::from_millis(250);

/// How many of those who have said nothing yet make room then.
const SHED: usize = 16;

/// What a connection may take before it has said what it wants.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// How long the head of the first request may take.
    pub first_head: Duration,
    /// How long the next one may, with the pause before it. Longer than proxies keep a connection for
    /// later: whoever ends it first must not be the one who is about to be asked.
    pub next_head: Duration,
    /// How long the body of a form or a JSON object may take.
    pub body: Duration,
    /// How many connections may be at their first head. When there are more, the one that has waited
    /// longest goes: those who are quick get in, however many are slow on purpose.
    pub arriving: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            first_head: Duration::from_secs(10),
            next_head: Duration::from_secs(150),
            body: Duration::from_secs(30),
            arriving: 4096,
        }
    }
}

/// Where connections come from.
trait Listen {
    fn accept(&self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> + Send;
}

impl Listen for TcpListener {
    fn accept(&self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> + Send {
        TcpListener::accept(self)
    }
}

/// Serves all who connect until `stop` is done. Then nobody is let in any more, idle connections are
/// closed, and it returns when the others have got their answers. Connections that have become
/// sockets are others' to end.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    stop: impl Future<Output = ()>,
) {
    serve_from(listener, router, bounds, stop).await;
}

async fn serve_from(
    listener: impl Listen + Sync,
    router: Router,
    bounds: Bounds,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(bounds.next_head)
        .max_buf_size(MOST_HEAD);
    let arrivals = Arc::new(Arrivals::new(bounds.arriving));
    let (stopping, stopped) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        let (socket, peer) = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = accept(&listener, &arrivals) => accepted,
        };
        bound_socket(&socket);
        let (arrival, heard) = Arrivals::add(&arrivals);
        let connection = Connection {
            socket,
            peer,
            arrival,
            heard,
            stopped: stopped.clone(),
        };
        tokio::spawn(connection.serve(http.clone(), router.clone(), bounds.first_head));
    }
    drop((listener, stopped));
    stopping.send_replace(true);
    stopping.closed().await;
}

/// The next who connects. When the system has no room for more, those make some who have said
/// nothing yet.
async fn accept(listener: &(impl Listen + Sync), arrivals: &Arrivals) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // They have gone again.
            Err(error) if is_theirs(&error) => {}
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "nobody can connect"
                );
                arrivals.close_longest(SHED);
                sleep(PAUSE).await;
            }
        }
    }
}

fn is_theirs(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    )
}

/// Frames go out at once, and a reader that has stopped is noticed by what waits for it here, not
/// by megabytes in the kernel.
fn bound_socket(socket: &TcpStream) {
    // Best effort: a socket that refuses is as good as its defaults.
    let _ = socket.set_nodelay(true);
    let _ = setsockopt(socket, sockopt::SndBuf, &SEND_BUFFER);
}

/// Somebody who has connected.
struct Connection {
    socket: TcpStream,
    peer: SocketAddr,
    arrival: Arrival,
    /// Done when the head of the first request is there.
    heard: Heard,
    /// Says that the server stops. While it is held, the server waits.
    stopped: watch::Receiver<bool>,
}

impl Connection {
    /// Answers requests until the connection ends or becomes a socket.
    async fn serve(self, http: http1::Builder, router: Router, patience: Duration) {
        let Self {
            socket,
            peer,
            arrival,
            heard,
            mut stopped,
        } = self;
        let (socket, meter) = Metered::new(socket);
        let router = TowerToHyperService::new(router);
        let answer = service_fn(move |mut request: Request<Incoming>| {
            arrival.is_heard();
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(meter.clone());
            router.call(request)
        });
        let connection = http.serve_connection(TokioIo::new(socket), answer);
        let mut connection = pin!(connection.with_upgrades());
        let mut served = pin!(async {
            tokio::select! {
                biased;
                _ = connection.as_mut() => return,
                _ = stopped.wait_for(|stopped| *stopped) => {}
            }
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        });
        let first = tokio::select! {
            biased;
            () = served.as_mut() => return,
            first = timeout(patience, heard) => first,
        };
        // Otherwise it has taken too long, or has made room for others.
        if matches!(first, Ok(Ok(()))) {
            served.await;
        }
    }
}
