//! A server of one's own for each test, and people who use it.

mod database;
pub(crate) mod person;
mod server;
pub(crate) mod socket;

pub(crate) use self::{database::Database, person::Person, server::Server, socket::Socket};
