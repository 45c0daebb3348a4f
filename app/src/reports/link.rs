//! The address of the page on which something is reported.

use crate::ids::{RoomId, UserId};

/// The page for the message at a place of a room, else for a person in it, else for the room.
pub fn report_path(room: RoomId, message: Option<i64>, user: Option<UserId>) -> String {
    let of = match (message, user) {
        (Some(place), _) => format!("&message={place}"),
        (None, Some(user)) => format!("&user={user}"),
        (None, None) => String::new(),
    };
    format!("/report?room={room}{of}")
}
