//! One socket, from its first moment to its last: who it belongs to, and its two halves.

use std::sync::Arc;

use app::{context::Ports, live::wire::CloseCode, messages::Lane};
use axum::extract::ws::WebSocket;
use futures::{StreamExt, stream::FuturesUnordered};

use super::{
    incoming::Incoming,
    listener::{Listener, ListenerId},
    node::Hub,
    reader::Reader,
    writer::{Writer, close_message},
};
use crate::{
    accounts::{AccountsOnPostgres, SessionKey, sessions::store::SignedIn},
    connections::Meter,
};

/// Begins to serve a socket. One without a session is closed before anything is read.
pub(crate) async fn connect(
    mut socket: WebSocket,
    meter: Meter,
    hub: Arc<Hub>,
    ports: Ports,
    accounts: Arc<AccountsOnPostgres>,
    token: Option<String>,
) {
    let Some((token, session)) = token.and_then(|token| {
        let session = SessionKey::of(&token)?;
        Some((token, session))
    }) else {
        let _ = socket.send(close_message(CloseCode::SignedOut)).await;
        return;
    };
    // Registered first and asked then: a session that ends in between closes this socket as well.
    let listener = hub.register(session);
    let registered = Registered {
        hub: Arc::clone(&hub),
        id: listener.id,
    };
    // In a box: what a query needs is not held for as long as the socket is open.
    let user = match Box::pin(accounts.find_standing(&token)).await {
        Ok(Some(found)) => {
            let SignedIn {
                user,
                version,
                privacy,
            } = found;
            hub.identify(listener.id, user.clone(), version, privacy);
            user
        }
        Ok(None) => {
            let _ = socket.send(close_message(CloseCode::SignedOut)).await;
            return;
        }
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a socket cannot be served"
            );
            let _ = socket.send(close_message(CloseCode::Restart)).await;
            return;
        }
    };

    let Listener { id, mailbox } = listener;
    let (sink, stream) = socket.split();
    let reader = Reader {
        hub: Arc::clone(&hub),
        ports,
        user,
        id,
        mailbox: Arc::clone(&mailbox),
        lane: Lane::default(),
        sending: FuturesUnordered::new(),
        hasty_since: None,
    };
    let writer = Writer { sink, mailbox };
    // A task of its own for each half: what it took to get here is not held for as long as the
    // socket is open, and a command that has begun is carried out to its end.
    let reading = tokio::spawn(reader.run(Incoming::new(stream, meter)));
    tokio::spawn(async move {
        writer.run().await;
        hub.close_one(id, CloseCode::Restart);
        let _ = reading.await;
        drop(registered);
    });
}

/// Takes the socket out of the hub, however its connection ends.
struct Registered {
    hub: Arc<Hub>,
    id: ListenerId,
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.hub.remove(self.id);
    }
}
