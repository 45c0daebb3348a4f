//! The doors `POST /api/messages/…`.

use leptos::prelude::*;

use super::{Page, Sent};
use crate::{
    doors::Door,
    error::AppError,
    ids::{ClientId, RoomId},
};

/// Posts a message for pages without WebAssembly, bots and tests; the socket's `send` does the same.
#[server(prefix = "/api", endpoint = "messages/send", input = Door)]
pub async fn send_message(room: RoomId, id: ClientId, body: String) -> Result<Sent, AppError> {
    use super::{Body, Posting};
    use crate::context;

    let messages = context::messages();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let posting = Posting {
        room,
        id,
        body: Body::parse(&body)?,
    };
    let sent = messages.send(&viewer, posting).await?;
    reply.go_to(&format!("/rooms/{room}"));
    Ok(sent)
}

/// A page of history: the newest, or the one before a place.
#[server(prefix = "/api", endpoint = "messages/page", input = Door)]
pub async fn page_messages(room: RoomId, before: Option<i64>) -> Result<Page, AppError> {
    use crate::context;

    let messages = context::messages();
    let viewer = context::viewer();
    messages.page(viewer.as_ref(), room, before).await
}
