//! Messages: what people say in a room, and the one order it stands in.

mod api;
mod composer;
mod list;
mod pending;
#[cfg(feature = "ssr")]
mod port;
mod row;
mod timeline;
mod types;

pub use api::{
    SendMessage, delete_message, edit_message, find_message, list_mentions, page_messages,
    pin_message, pinned_messages, react, send_message,
};
pub use composer::Composer;
pub use list::MessageList;
#[cfg(feature = "ssr")]
pub use port::{CaughtUp, Lane, Messages, Posting, Resumed};
pub use timeline::{Judged, Timeline};
pub use types::{
    Body, Changed, Changes, Emoji, Mention, Message, MessageKind, Page, Reaction, Sent, Stretch,
};
