//! The live connection: what is said over the socket, and how a client keeps it up.
//!
//! `wire`, `session` and `outbox` are pure and tested on the host; only `socket` touches the
//! browser's WebSocket.

mod banner;
mod link;
mod outbox;
mod session;
#[cfg(feature = "hydrate")]
mod socket;
pub mod wire;

pub use banner::LiveBanner;
pub use link::Live;
pub use outbox::{Entry, Outbox, State};
pub use session::{Effect, Event, Phase, Session};
