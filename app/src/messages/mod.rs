//! Messages: what people say in a room, and the one order it stands in.

mod actions;
mod api;
mod completion;
mod composer;
mod emoji;
mod files;
mod foreseen;
mod hidden;
mod keys;
mod layer;
mod lines;
mod list;
mod mentions;
mod menu;
mod news;
mod notes;
mod numbers;
mod offers;
mod page;
mod pending;
mod pictures;
mod pill;
mod pins;
#[cfg(feature = "ssr")]
mod port;
mod press;
mod quote;
mod reading;
mod row;
mod scrolling;
mod sight;
mod stand;
mod timeline;
mod types;
mod writing;

pub use actions::Actions;
pub use api::{
    DeleteMessage, EditMessage, PinMessage, React, SendMessage, find_message, list_mentions,
    page_messages, pin_message, pinned_messages, react,
};
pub use composer::Composer;
pub use hidden::Hidden;
pub use list::MessageList;
pub use mentions::mentions_page;
pub use page::message_page;
pub use pins::pins_page;
#[cfg(feature = "ssr")]
pub use port::{CaughtUp, Lane, Messages, Posting, Resumed};
pub use reading::Reading;
pub use stand::Stand;
pub use timeline::{Judged, Timeline};
use types::place_path;
pub use types::{
    Body, Changed, Changes, Emoji, Mention, Message, MessageKind, Page, Reaction, Sent, Stretch,
};
use writing::WritingBox;
