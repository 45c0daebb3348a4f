//! The server over real ports, a real PostgreSQL and real sockets: one program, a file a slice.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]

mod accounts;
mod embedded;
mod health;
mod live;
mod messages;
mod origins;
mod outages;
mod pages;
mod protocol;
mod rooms;
mod support;
