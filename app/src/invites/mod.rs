//! Invites: links by which people get into a room.

mod api;
mod page;
#[cfg(feature = "ssr")]
mod port;
mod section;
mod types;

pub use api::{
    CreateInvite, JoinByInvite, RevokeInvite, create_invite, join_by_invite, list_invites,
    open_invite, revoke_invite,
};
pub use page::invite_page;
#[cfg(feature = "ssr")]
pub use port::Invites;
pub use section::InviteSection;
pub use types::{Expiry, Invite, InviteCode, InviteReply, InviteView, MaxUses};
