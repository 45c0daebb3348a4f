//! The doors `POST /api/messages/…`.

use leptos::prelude::*;

use super::{Changed, Page, Sent};
use crate::{
    doors::Door,
    error::AppError,
    ids::{ClientId, MessageId, RoomId},
};

/// Posts a message for pages without WebAssembly, bots and tests; the socket's `send` does the same.
#[server(prefix = "/api", endpoint = "messages/send", input = Door)]
pub async fn send_message(room: RoomId, id: ClientId, body: String) -> Result<Sent, AppError> {
    use super::{Body, Lane, Posting};
    use crate::context;

    let messages = context::messages();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let posting = Posting {
        room,
        id,
        body: Body::parse(&body)?,
    };
    let sent = messages.send(&viewer, &Lane::default(), posting).await?;
    reply.go_to(&format!("/rooms/{room}"));
    Ok(sent)
}

/// Changes the words of one's own message.
#[server(prefix = "/api", endpoint = "messages/edit", input = Door)]
pub async fn edit_message(
    room: RoomId,
    message: MessageId,
    body: String,
) -> Result<Changed, AppError> {
    use super::Body;
    use crate::context;

    let messages = context::messages();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let body = Body::parse(&body)?;
    let changed = messages.edit(&viewer, room, message, body).await?;
    reply.go_to(&format!("/rooms/{room}"));
    Ok(changed)
}

/// Takes a message back, for everybody: one's own, or anybody's in a room that one keeps in order.
#[server(prefix = "/api", endpoint = "messages/delete", input = Door)]
pub async fn delete_message(room: RoomId, message: MessageId) -> Result<Changed, AppError> {
    use crate::context;

    let messages = context::messages();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let changed = messages.delete(&viewer, room, message).await?;
    reply.go_to(&format!("/rooms/{room}"));
    Ok(changed)
}

/// A page of history: the newest, or the one before a place.
#[server(prefix = "/api", endpoint = "messages/page", input = Door)]
pub async fn page_messages(room: RoomId, before: Option<i64>) -> Result<Page, AppError> {
    use crate::context;

    let messages = context::messages();
    let viewer = context::viewer();
    messages.page(viewer.as_ref(), room, before).await
}
