//! Rooms: where people talk, and who is in them.

mod about;
mod api;
mod direct;
mod edit;
mod finder;
mod found;
mod head;
mod home;
mod join;
mod layers;
mod list;
mod listing;
mod members;
mod new;
#[cfg(feature = "hydrate")]
mod notices;
mod page;
mod people;
#[cfg(feature = "ssr")]
mod port;
mod search;
mod shortcuts;
mod types;
mod window;

pub use about::about_page;
pub use api::{
    BanPerson, CreateRoom, JoinRoom, LeaveRoom, OpenDirect, RemoveMember, SetMute, SetRole,
    UnbanPerson, UpdateRoom, about_room, ban_person, create_room, find_people, join_room,
    leave_room, list_rooms, open_direct, open_room, remove_member, set_mute, set_role,
    unban_person, update_room,
};
pub use home::home_page;
pub use join::JoinBar;
pub use layers::{Layers, LayersListen};
pub use list::{RoomList, size};
pub use listing::Listing;
pub use members::{Member, Mute, Role, RoomAbout};
pub use new::{go_to_room, new_room_page};
pub use page::RoomPage;
#[cfg(feature = "ssr")]
pub use port::{RoomEdit, Rooms};
pub use types::{Description, Room, RoomKind, RoomName, RoomReply, RoomSummary, RoomView, Topic};
