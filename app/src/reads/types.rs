//! What is new in a room, and who has seen it.

use serde::{Deserialize, Serialize};

use crate::{accounts::User, ids::RoomId, rooms::Mute};

/// What is new to somebody in one of their rooms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    pub room: RoomId,
    /// Others' messages after the read position that were not deleted, counted up to 100.
    pub unread: i64,
    /// How many of them name the person, counted up to 100.
    pub mentions: i64,
    /// Everything up to this place is read. The first message after it is the first that is new.
    pub read: i64,
    pub mute: Mute,
}

/// Somebody who shows how far they have read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reader {
    pub user: User,
    pub seq: i64,
}
