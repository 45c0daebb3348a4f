//! Rooms: where people talk, and who is in them.

mod api;
mod home;
mod join;
mod list;
mod members;
mod new;
mod page;
#[cfg(feature = "ssr")]
mod port;
mod types;

pub use api::{
    BanPerson, CreateRoom, JoinRoom, LeaveRoom, OpenDirect, RemoveMember, SetMute, SetRole,
    UnbanPerson, UpdateRoom, about_room, ban_person, create_room, join_room, leave_room,
    list_rooms, open_direct, open_room, remove_member, set_mute, set_role, unban_person,
    update_room,
};
pub use home::HomeRoute;
pub use join::JoinBar;
pub use list::RoomList;
pub use members::{Member, Mute, Role, RoomAbout};
pub use new::NewRoomRoute;
pub use page::RoomPage;
#[cfg(feature = "ssr")]
pub use port::{RoomEdit, Rooms};
pub use types::{Description, Room, RoomKind, RoomName, RoomReply, RoomSummary, RoomView, Topic};
