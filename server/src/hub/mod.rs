//! The hub: who listens in this process, their sockets, and the link to the hubs of other nodes.
//!
//! It never decides who may do what: the ports do, and it compares itself with what the database
//! says. Invariants: only what is committed is published; what a socket gets of a room is in order
//! and has no hole; a queue that is full closes its socket.

mod batch;
pub mod bus;
mod commands;
mod comparison;
mod connection;
mod feed;
mod incoming;
mod letter;
mod listener;
mod mailbox;
mod news;
mod node;
mod presence;
mod profiles;
mod rates;
mod reader;
mod registry;
mod store;
#[cfg(test)]
mod tests;
mod truth;
mod writer;

pub(crate) use self::{
    commands::cost_of_door,
    comparison::{CONNECTIONS, beat, fill_gaps, hear, keep_up},
    connection::connect,
};
pub use self::{
    listener::{Listener, ListenerId},
    mailbox::{Mailbox, Outbound},
    node::Hub,
    rates::Limits,
    registry::Behind,
};
