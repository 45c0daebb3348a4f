//! The programs under test and what they stand on, each a child of ours that dies with us.

mod child;
mod disk;
mod node;
mod postgres;
mod redis;

use std::{io, net::TcpListener};

pub(crate) use self::{
    child::{Child, signal},
    disk::Disk,
    node::{Node, NodeSettings, memory},
    postgres::{Postgres, Programs, copy, url},
    redis::Redis,
};

/// A port of the loopback interface that nobody listens on now.
pub(crate) fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
