//! The doors `POST /api/invites/…`.

use leptos::prelude::*;

use super::{Invite, InviteReply, InviteView};
use crate::{
    doors::{Answer, Door},
    error::AppError,
    ids::RoomId,
    rooms::RoomReply,
};

/// A new link into a room. `expires` is `day`, `week`, `month` or `never`; without `max_uses`, or
/// with 0, it is for any number of people.
#[server(prefix = "/api", endpoint = "invites/create", input = Door, output = Answer)]
pub async fn create_invite(
    room: RoomId,
    expires: String,
    #[server(default)] max_uses: i32,
) -> Result<InviteReply, AppError> {
    use super::MaxUses;
    use crate::context;

    let invites = context::invites();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let (expires, max_uses) = (expires.parse()?, MaxUses::parse(max_uses)?);
    let invite = invites.create(&viewer, room, expires, max_uses).await?;
    reply.go_to(&format!("/rooms/{room}/about"));
    Ok(InviteReply { invite })
}

/// The invites of a room that still work.
#[server(prefix = "/api", endpoint = "invites/list", input = Door, output = Answer)]
pub async fn list_invites(room: RoomId) -> Result<Vec<Invite>, AppError> {
    use crate::context;

    let invites = context::invites();
    let viewer = context::signed_in()?;
    invites.list(&viewer, room).await
}

/// Ends an invite.
#[server(prefix = "/api", endpoint = "invites/revoke", input = Door, output = Answer)]
pub async fn revoke_invite(code: String) -> Result<(), AppError> {
    use super::InviteCode;
    use crate::context;

    let invites = context::invites();
    let viewer = context::signed_in()?;
    invites.revoke(&viewer, &InviteCode::parse(&code)?).await
}

/// Where an invite leads.
#[server(prefix = "/api", endpoint = "invites/open", input = Door, output = Answer)]
pub async fn open_invite(code: String) -> Result<InviteView, AppError> {
    use super::InviteCode;
    use crate::context;

    let invites = context::invites();
    let viewer = context::viewer();
    let browser = context::browser();
    let code = InviteCode::parse(&code)?;
    invites.open(viewer.as_ref(), &browser, &code).await
}

/// Makes the caller a member of the room that an invite leads to.
#[server(prefix = "/api", endpoint = "invites/join", input = Door, output = Answer)]
pub async fn join_by_invite(code: String) -> Result<RoomReply, AppError> {
    use super::InviteCode;
    use crate::context;

    let invites = context::invites();
    let reply = context::reply();
    let browser = context::browser();
    let viewer = context::signed_in()?;
    let code = InviteCode::parse(&code)?;
    let room = invites.join(&viewer, &browser, &code).await?;
    reply.go_to(&format!("/rooms/{}", room.id));
    Ok(RoomReply { room })
}
