//! The doors `POST /api/rooms/…`.

use leptos::prelude::*;

use super::{RoomAbout, RoomReply, RoomSummary, RoomView};
use crate::{
    accounts::User,
    doors::{Answer, Door},
    error::AppError,
    ids::{RoomId, UserId},
};

/// The rooms that the caller may find.
#[server(prefix = "/api", endpoint = "rooms/list", input = Door, output = Answer)]
pub async fn list_rooms() -> Result<Vec<RoomSummary>, AppError> {
    use crate::context;

    let rooms = context::rooms();
    let viewer = context::viewer();
    rooms.list(viewer.as_ref()).await
}

/// The people whom the caller shares a room with and whose handle has `query` in it.
#[server(prefix = "/api", endpoint = "rooms/people", input = Door, output = Answer)]
pub async fn find_people(query: String) -> Result<Vec<User>, AppError> {
    use crate::context;

    let rooms = context::rooms();
    let viewer = context::signed_in()?;
    rooms.people(&viewer, &query).await
}

/// Opens a new room of the kind `public` or `group`.
#[server(prefix = "/api", endpoint = "rooms/create", input = Door, output = Answer)]
pub async fn create_room(name: String, kind: String) -> Result<RoomReply, AppError> {
    use super::RoomName;
    use crate::{context, journeys::without_case_number};

    let rooms = context::rooms();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    without_case_number("name", &name)?;
    let room = rooms
        .create(&viewer, RoomName::parse(&name)?, kind.parse()?)
        .await?;
    reply.go_to(&format!("/rooms/{}", room.id));
    Ok(RoomReply { room })
}

/// Makes the caller a member.
#[server(prefix = "/api", endpoint = "rooms/join", input = Door, output = Answer)]
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
#[server(prefix = "/api", endpoint = "rooms/leave", input = Door, output = Answer)]
pub async fn leave_room(room: RoomId) -> Result<(), AppError> {
    use crate::context;

    let rooms = context::rooms();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    rooms.leave(&viewer, room).await?;
    reply.go_to("/");
    Ok(())
}

/// Ends somebody else's membership; for those who keep order and are above them.
#[server(prefix = "/api", endpoint = "rooms/remove", input = Door, output = Answer)]
pub async fn remove_member(room: RoomId, user: UserId) -> Result<(), AppError> {
    use crate::context;

    let rooms = context::rooms();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    rooms.remove(&viewer, room, user).await?;
    reply.go_to(&format!("/rooms/{room}/about"));
    Ok(())
}

/// Gives a member the role `owner`, `moderator` or `member`; for an owner.
#[server(prefix = "/api", endpoint = "rooms/set_role", input = Door, output = Answer)]
pub async fn set_role(room: RoomId, user: UserId, role: String) -> Result<(), AppError> {
    use crate::context;

    let rooms = context::rooms();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    rooms.set_role(&viewer, room, user, role.parse()?).await?;
    reply.go_to(&format!("/rooms/{room}/about"));
    Ok(())
}

/// Removes somebody and keeps them out; for those who keep order.
#[server(prefix = "/api", endpoint = "rooms/ban", input = Door, output = Answer)]
pub async fn ban_person(room: RoomId, user: UserId) -> Result<(), AppError> {
    use crate::context;

    let rooms = context::rooms();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    rooms.ban(&viewer, room, user).await?;
    reply.go_to(&format!("/rooms/{room}/about"));
    Ok(())
}

/// Lifts a ban.
#[server(prefix = "/api", endpoint = "rooms/unban", input = Door, output = Answer)]
pub async fn unban_person(room: RoomId, user: UserId) -> Result<(), AppError> {
    use crate::context;

    let rooms = context::rooms();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    rooms.unban(&viewer, room, user).await?;
    reply.go_to(&format!("/rooms/{room}/about"));
    Ok(())
}

/// Sets what the caller wants to be told of a room: `all`, `mentions` or `none`.
#[server(prefix = "/api", endpoint = "rooms/set_mute", input = Door, output = Answer)]
pub async fn set_mute(room: RoomId, level: String) -> Result<(), AppError> {
    use crate::context;

    let rooms = context::rooms();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    rooms.set_mute(&viewer, room, level.parse()?).await?;
    reply.go_to(&format!("/rooms/{room}/about"));
    Ok(())
}

/// Gives a room another name, topic and description; for those who keep order.
#[server(prefix = "/api", endpoint = "rooms/update", input = Door, output = Answer)]
pub async fn update_room(
    room: RoomId,
    name: String,
    topic: String,
    description: String,
) -> Result<(), AppError> {
    use super::{Description, RoomEdit, RoomName, Topic};
    use crate::{context, journeys::without_case_number};

    let rooms = context::rooms();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let edit = RoomEdit {
        name: RoomName::parse(&name)?,
        topic: Topic::parse(&topic)?,
        description: Description::parse(&description)?,
    };
    without_case_number("name", &name)?;
    without_case_number("topic", edit.topic.as_str())?;
    without_case_number("description", edit.description.as_str())?;
    rooms.update(&viewer, room, edit).await?;
    reply.go_to(&format!("/rooms/{room}/about"));
    Ok(())
}

/// Opens the caller's conversation with somebody.
#[server(prefix = "/api", endpoint = "rooms/direct", input = Door, output = Answer)]
pub async fn open_direct(handle: String) -> Result<RoomReply, AppError> {
    use crate::{accounts::Handle, context};

    let rooms = context::rooms();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let room = rooms.direct(&viewer, &Handle::parse(&handle)?).await?;
    reply.go_to(&format!("/rooms/{}", room.id));
    Ok(RoomReply { room })
}

/// A room as its page shows it.
#[server(prefix = "/api", endpoint = "rooms/open", input = Door, output = Answer)]
pub async fn open_room(room: RoomId) -> Result<RoomView, AppError> {
    use crate::context;

    let rooms = context::rooms();
    let viewer = context::viewer();
    rooms.open(viewer.as_ref(), room).await
}

/// A room and the people in it, as far as the caller may know of them.
#[server(prefix = "/api", endpoint = "rooms/about", input = Door, output = Answer)]
pub async fn about_room(room: RoomId) -> Result<RoomAbout, AppError> {
    use crate::context;

    let rooms = context::rooms();
    let viewer = context::viewer();
    rooms.about(viewer.as_ref(), room).await
}
