//! Invites: links by which people get into a room.

mod api;
#[cfg(feature = "ssr")]
mod port;
mod types;

pub use api::{
    CreateInvite, JoinByInvite, RevokeInvite, create_invite, join_by_invite, list_invites,
    open_invite, revoke_invite,
};
#[cfg(feature = "ssr")]
pub use port::Invites;
pub use types::{Expiry, Invite, InviteCode, InviteReply, InviteView, MaxUses};
