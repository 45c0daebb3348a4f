//! The doors `POST /api/messages/…`.

use leptos::prelude::*;

use super::{Changed, Mention, Message, Page, Sent};
use crate::{
    doors::{Answer, Door},
    error::AppError,
    ids::{ClientId, MediaId, MessageId, RoomId},
};

/// Posts a message for pages without WebAssembly, bots and tests; the socket's `send` does the same. With
/// `mask`, case numbers in it are hidden; with `knowing` it is posted as it is; without either they are refused.
#[server(prefix = "/api", endpoint = "messages/send", input = Door, output = Answer)]
pub async fn send_message(
    room: RoomId,
    id: ClientId,
    body: String,
    reply_to: Option<i64>,
    #[server(default)] media: Vec<MediaId>,
    #[server(default)] mask: bool,
    #[server(default)] knowing: bool,
) -> Result<Sent, AppError> {
    use super::{Body, Lane, Posting};
    use crate::{context, journeys::Care, media::shown};

    let messages = context::messages();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let media = shown(media)?;
    let posting = Posting {
        room,
        id,
        body: careful(Body::beside(&body, media.len())?, Care::of(mask, knowing))?,
        reply_to,
        media,
    };
    let sent = messages.send(&viewer, &Lane::default(), posting).await?;
    reply.go_to(&format!("/rooms/{room}"));
    Ok(sent)
}

/// The words as they may be posted; what is wrong with them is wrong with the field `body`.
#[cfg(feature = "ssr")]
fn careful(body: super::Body, care: crate::journeys::Care) -> Result<super::Body, AppError> {
    body.with(care)
        .map_err(|code| AppError::from(code).at("body"))
}

/// Changes the words of one's own message; of case numbers in them, as when one is sent.
#[server(prefix = "/api", endpoint = "messages/edit", input = Door, output = Answer)]
pub async fn edit_message(
    room: RoomId,
    message: MessageId,
    body: String,
    #[server(default)] mask: bool,
    #[server(default)] knowing: bool,
) -> Result<Changed, AppError> {
    use super::{Body, place_path};
    use crate::{context, journeys::Care};

    let messages = context::messages();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let body = careful(Body::anew(&body)?, Care::of(mask, knowing))?;
    let changed = messages.edit(&viewer, room, message, body).await?;
    reply.go_to(&place_path(room, changed.place));
    Ok(changed)
}

/// Takes a message back, for everybody: one's own, or anybody's in a room that one keeps in order.
#[server(prefix = "/api", endpoint = "messages/delete", input = Door, output = Answer)]
pub async fn delete_message(room: RoomId, message: MessageId) -> Result<Changed, AppError> {
    use super::place_path;
    use crate::context;

    let messages = context::messages();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let changed = messages.delete(&viewer, room, message).await?;
    reply.go_to(&place_path(room, changed.place));
    Ok(changed)
}

/// Answers a message with an emoji, or takes that back.
#[server(prefix = "/api", endpoint = "messages/react", input = Door, output = Answer)]
pub async fn react(
    room: RoomId,
    message: MessageId,
    emoji: String,
    on: bool,
) -> Result<Changed, AppError> {
    use super::Emoji;
    use crate::context;

    let messages = context::messages();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let emoji = Emoji::parse(&emoji)?;
    let changed = messages.react(&viewer, room, message, emoji, on).await?;
    reply.go_to(&format!("/rooms/{room}"));
    Ok(changed)
}

/// Holds a message up for everybody in the room, or takes it down.
#[server(prefix = "/api", endpoint = "messages/pin", input = Door, output = Answer)]
pub async fn pin_message(room: RoomId, message: MessageId, on: bool) -> Result<Changed, AppError> {
    use crate::context;

    let messages = context::messages();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let changed = messages.pin(&viewer, room, message, on).await?;
    reply.go_to(&format!("/rooms/{room}"));
    Ok(changed)
}

/// What a room holds up, the last one first.
#[server(prefix = "/api", endpoint = "messages/pins", input = Door, output = Answer)]
pub async fn pinned_messages(room: RoomId) -> Result<Vec<Message>, AppError> {
    use crate::context;

    let messages = context::messages();
    let viewer = context::viewer();
    messages.pins(viewer.as_ref(), room).await
}

/// The messages that name the caller, the newest first.
#[server(prefix = "/api", endpoint = "messages/mentions", input = Door, output = Answer)]
pub async fn list_mentions() -> Result<Vec<Mention>, AppError> {
    use crate::context;

    let messages = context::messages();
    let viewer = context::signed_in()?;
    messages.mentions(&viewer).await
}

/// The message at a place.
#[server(prefix = "/api", endpoint = "messages/find", input = Door, output = Answer)]
pub async fn find_message(room: RoomId, place: i64) -> Result<Message, AppError> {
    use crate::context;

    let messages = context::messages();
    let viewer = context::viewer();
    messages.find(viewer.as_ref(), room, place).await
}

/// A page of history: the newest, or what is before, after or around a place.
#[server(prefix = "/api", endpoint = "messages/page", input = Door, output = Answer)]
pub async fn page_messages(
    room: RoomId,
    before: Option<i64>,
    after: Option<i64>,
    around: Option<i64>,
) -> Result<Page, AppError> {
    use super::Stretch;
    use crate::context;

    let messages = context::messages();
    let viewer = context::viewer();
    let stretch = match (before, after, around) {
        (Some(place), ..) => Stretch::Before(place),
        (_, Some(place), _) => Stretch::After(place),
        (.., Some(place)) => Stretch::Around(place),
        _ => Stretch::Newest,
    };
    messages.page(viewer.as_ref(), room, stretch).await
}
