//! A server of one's own for each test, and people who use it.

pub(crate) mod archive;
pub(crate) mod away;
pub(crate) mod bus;
mod database;
pub(crate) mod films;
pub(crate) mod html;
pub(crate) mod person;
pub(crate) mod pictures;
pub(crate) mod places;
pub(crate) mod program;
pub(crate) mod provider;
pub(crate) mod redis;
mod server;
pub(crate) mod socket;
pub(crate) mod uploads;

pub(crate) use self::{
    archive::Archive,
    database::Database,
    person::Person,
    provider::Provider,
    server::{Server, Settings, parts},
    socket::Socket,
};
