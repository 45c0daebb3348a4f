//! Reads: how far each person has read a room, and what is new to them.

mod api;
#[cfg(feature = "ssr")]
mod port;
mod types;

pub use api::{list_readers, list_unread, mark_unread, read_room};
#[cfg(feature = "ssr")]
pub use port::Reads;
pub use types::{Reader, Unread};
