//! What the harness asks of a client, and what it tells of itself.

use std::collections::HashMap;

use app::{
    ids::{RoomId, UserId},
    live::Phase,
};
use serde_json::json;
use tokio::{sync::oneshot, time::Instant};

use super::Client;
use crate::{checker::Final, history::Kind};

/// What the harness asks of a client.
#[derive(Debug)]
pub(crate) enum Order {
    /// A room that the person is a member of.
    Open(RoomId),
    Join(RoomId),
    Leave(RoomId),
    /// Ends somebody else's membership, as the owner may.
    Remove(RoomId, UserId),
    /// Ends the session at the door of the node behind this port.
    SignOut {
        port: u16,
    },
    /// Stops reading, or reads again.
    Deaf(bool),
    /// Reads history back to its beginning.
    ReadBack,
    Report(oneshot::Sender<Report>),
    Final(oneshot::Sender<Vec<Final>>),
}

/// How a client stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Report {
    /// Since when it has been welcome.
    pub(crate) since: Option<Instant>,
    /// Operations and pages that it waits for.
    pub(crate) open: usize,
    pub(crate) lasts: HashMap<RoomId, i64>,
    pub(crate) signed_out: bool,
}

impl Client {
    pub(super) fn obey(&mut self, order: Order) {
        match order {
            Order::Open(room) => {
                self.rooms.entry(room).or_default().member = true;
                if self.session.phase() == Phase::Online {
                    self.load(room, None);
                }
            }
            Order::Join(room) => self.ask(Kind::Join, room, "rooms/join", &json!({"room": room})),
            Order::Leave(room) => {
                self.ask(Kind::Leave, room, "rooms/leave", &json!({"room": room}));
            }
            Order::Remove(room, user) => {
                let input = json!({"room": room, "user": user});
                self.ask(Kind::Remove, room, "rooms/remove", &input);
            }
            Order::SignOut { port } => {
                let nowhere = RoomId(uuid::Uuid::nil());
                self.ask_at(
                    vec![port],
                    Kind::SignOut,
                    nowhere,
                    "accounts/sign_out",
                    &json!({}),
                );
            }
            Order::Deaf(deaf) => self.deaf = deaf,
            Order::ReadBack => {
                let rooms: Vec<_> = self.rooms.keys().copied().collect();
                for room in rooms {
                    self.read_back(room);
                }
            }
            Order::Report(reply) => {
                let _ = reply.send(self.report());
            }
            Order::Final(reply) => {
                let rooms = self.rooms.iter();
                let finals = rooms.filter_map(|(id, room)| room.finally(self.witness.client, *id));
                let _ = reply.send(finals.collect());
            }
        }
    }

    fn report(&self) -> Report {
        let signed_out = self.session.phase() == Phase::SignedOut;
        let loading = self.rooms.values().filter(|room| room.loading).count();
        // Until it is closed it has not come to rest.
        let leaving = usize::from(self.leaving && !signed_out);
        Report {
            since: self.welcome,
            open: self.open.len() + loading + self.waiting_replies + leaving,
            lasts: self
                .rooms
                .iter()
                .filter_map(|(id, room)| Some((*id, room.last()?)))
                .collect(),
            signed_out,
        }
    }
}
