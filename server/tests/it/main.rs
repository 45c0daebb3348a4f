//! The server over real ports, a real PostgreSQL and real sockets: one program, a file a slice.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]

mod accounts;
mod attempts;
mod blocks;
mod bus;
mod bus_clusters;
mod bus_outages;
mod commands;
mod deletions;
mod directs;
mod doors;
mod edits;
mod embedded;
mod erasures;
mod exports;
mod former;
mod frames;
mod gets;
mod health;
mod invites;
mod limits;
mod live;
mod logs;
mod mails;
mod members;
mod messages;
mod nodes;
mod operators;
mod origins;
mod outages;
mod own_data;
mod pages;
mod policies;
mod privacy;
mod protocol;
mod reactions;
mod reads;
mod recovery;
mod replies;
mod reports;
mod rooms;
mod sessions;
mod support;
mod suspensions;
mod xss;
