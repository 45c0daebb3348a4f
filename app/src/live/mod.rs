//! The live connection: what is said over the socket, and how a client keeps it up.
//!
//! `wire`, `session` and `outbox` are pure and tested on the host. Only `socket` touches the
//! browser's WebSocket, `storage` its storage and `turn` its locks.

mod banner;
mod link;
mod outbox;
mod room;
#[cfg(feature = "hydrate")]
mod seen;
mod session;
#[cfg(feature = "hydrate")]
mod socket;
#[cfg(feature = "hydrate")]
mod storage;
#[cfg(feature = "hydrate")]
mod turn;
pub mod wire;

pub use banner::LiveBanner;
pub use link::Live;
pub use outbox::{Command, Entry, Outbox, State};
pub use room::OpenRoom;
pub use session::{Effect, Event, Phase, Session};
