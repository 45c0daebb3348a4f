//! The people of the proof: each a faithful client on the browser's own machines.

mod client;
mod door;
mod link;
mod operations;
mod orders;
mod pace;
mod replies;
mod room;

pub(crate) use self::{
    client::Client,
    door::{Answer, Door},
    link::Route,
    orders::{Order, Report},
    pace::Pace,
};
