//! The hub: who listens in this process, and their sockets.
//!
//! It never queries the database for what it delivers and never decides who may: the ports do.
//! Invariant: only what is committed is published; a queue that is full closes its socket.

mod connection;
mod listener;
mod reader;
mod registry;
mod turns;
mod writer;

pub(crate) use self::connection::connect;
pub use self::{
    listener::{Backlog, Listener, ListenerId, Outbound},
    registry::Hub,
};
