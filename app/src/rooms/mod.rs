//! Rooms: where people talk, and who is in them.

mod api;
mod home;
mod join;
mod list;
mod new;
mod page;
#[cfg(feature = "ssr")]
mod port;
mod types;

pub use api::{
    CreateRoom, JoinRoom, create_room, join_room, leave_room, list_rooms, open_room, remove_member,
};
pub use home::HomeRoute;
pub use join::JoinBar;
pub use list::RoomList;
pub use new::NewRoomRoute;
pub use page::RoomPage;
#[cfg(feature = "ssr")]
pub use port::Rooms;
pub use types::{Room, RoomKind, RoomName, RoomReply, RoomSummary, RoomView};
