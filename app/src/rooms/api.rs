//! The doors `POST /api/rooms/…`.

use leptos::prelude::*;

use super::{RoomReply, RoomSummary, RoomView};
use crate::{
    doors::Door,
    error::AppError,
    ids::{RoomId, UserId},
};

/// The rooms that the caller may find.
#[server(prefix = "/api", endpoint = "rooms/list", input = Door)]
pub async fn list_rooms() -> Result<Vec<RoomSummary>, AppError> {
    use crate::context;

    let rooms = context::rooms();
    let viewer = context::viewer();
    rooms.list(viewer.as_ref()).await
}

/// Opens a new room of the kind `public` or `group`.
#[server(prefix = "/api", endpoint = "rooms/create", input = Door)]
pub async fn create_room(name: String, kind: String) -> Result<RoomReply, AppError> {
    use super::RoomName;
    use crate::context;

    let rooms = context::rooms();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let room = rooms
        .create(&viewer, RoomName::parse(&name)?, kind.parse()?)
        .await?;
    reply.go_to(&format!("/rooms/{}", room.id));
    Ok(RoomReply { room })
}

/// Makes the caller a member.
#[server(prefix = "/api", endpoint = "rooms/join", input = Door)]
pub async fn join_room(room: RoomId) -> Result<RoomReply, AppError> {
    use crate::context;

    let rooms = context::rooms();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let room = rooms.join(&viewer, room).await?;
    reply.go_to(&format!("/rooms/{}", room.id));
    Ok(RoomReply { room })
}

/// Ends the caller's membership.
#[server(prefix = "/api", endpoint = "rooms/leave", input = Door)]
pub async fn leave_room(room: RoomId) -> Result<(), AppError> {
    use crate::context;

    let rooms = context::rooms();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    rooms.leave(&viewer, room).await?;
    reply.go_to("/");
    Ok(())
}

/// Ends somebody else's membership; for the owner.
#[server(prefix = "/api", endpoint = "rooms/remove", input = Door)]
pub async fn remove_member(room: RoomId, user: UserId) -> Result<(), AppError> {
    use crate::context;

    let rooms = context::rooms();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    rooms.remove(&viewer, room, user).await?;
    reply.go_to(&format!("/rooms/{room}"));
    Ok(())
}

/// A room as its page shows it.
#[server(prefix = "/api", endpoint = "rooms/open", input = Door)]
pub async fn open_room(room: RoomId) -> Result<RoomView, AppError> {
    use crate::context;

    let rooms = context::rooms();
    let viewer = context::viewer();
    rooms.open(viewer.as_ref(), room).await
}
