//! The people of the proof: each a faithful client on the browser's own machines.

mod client;
mod door;
mod link;
mod pace;
mod room;

pub(crate) use self::{
    client::{Client, Order, Report},
    door::{Answer, Door},
    link::Route,
    pace::Pace,
};
