//! A message with its files as one form, for browsers without WebAssembly.
//!
//! The fields come in the order of the page: `room`, `id`, `body` and `reply_to` before the files, `alt`
//! before the file that it is about.

use app::{
    accounts::User,
    error::{AppError, ErrorCode},
    ids::{ClientId, MediaId, RoomId},
    media::{AltText, FileName, shown},
    messages::{Body, Lane, Posting},
};
use axum::{
    extract::{FromRequest, Multipart, Request, State, multipart::Field},
    http::request,
    response::{IntoResponse, Redirect, Response},
};

use super::uploads::{Asked, sender};
use crate::{pages, router::Services};

/// The most bytes of a field that is no file.
const MOST_TEXT: usize = 64 * 1024;

/// What a form says.
#[derive(Default)]
struct Form {
    room: Option<RoomId>,
    id: Option<ClientId>,
    body: String,
    reply_to: Option<i64>,
    alt: String,
    media: Vec<MediaId>,
}

/// `POST /media/send`: posts, and leads back to the room.
pub(crate) async fn send_form(State(services): State<Services>, request: Request) -> Response {
    let (asked, body) = request.into_parts();
    let request = Request::from_parts(asked.clone(), body);
    match sent(&services, &asked, request).await {
        Ok(room) => Redirect::to(&format!("/rooms/{room}")).into_response(),
        Err(error) => pages::failed(&services.leptos, &asked.method, &asked.headers, error),
    }
}

async fn sent(
    services: &Services,
    asked: &request::Parts,
    request: Request,
) -> Result<RoomId, AppError> {
    let user = sender(services, asked).await?;
    let fields = Multipart::from_request(request, services).await;
    let mut fields = fields.map_err(|_| ErrorCode::BadRequest)?;
    let mut form = Form::default();
    let read = read(services, &user, &mut fields, &mut form).await;
    let posted = match read {
        Ok(()) => post(services, &user, &mut form).await,
        Err(error) => Err(error),
    };
    if posted.is_err() {
        // What no message shows is not kept until it expires.
        for id in form.media {
            services.media.give_up(id).await?;
        }
    }
    posted
}

async fn read(
    services: &Services,
    user: &User,
    fields: &mut Multipart,
    form: &mut Form,
) -> Result<(), AppError> {
    while let Some(field) = fields
        .next_field()
        .await
        .map_err(|_| ErrorCode::BadRequest)?
    {
        let name = field.name().unwrap_or_default().to_owned();
        if field.file_name().is_some() {
            take(services, user, field, form).await?;
            continue;
        }
        let text = text(field).await?;
        match name.as_str() {
            "room" => form.room = Some(text.parse().map_err(|_| ErrorCode::RoomUnknown)?),
            "id" => form.id = Some(text.parse().map_err(|_| ErrorCode::BadRequest)?),
            "body" => form.body = text,
            "reply_to" => form.reply_to = text.parse().ok(),
            "alt" => form.alt = text,
            _ => {}
        }
    }
    Ok(())
}

async fn text(mut field: Field<'_>) -> Result<String, AppError> {
    let mut text = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|_| ErrorCode::BadRequest)? {
        if text.len() + piece.len() > MOST_TEXT {
            return Err(ErrorCode::TooLarge.into());
        }
        text.extend_from_slice(&piece);
    }
    String::from_utf8(text).map_err(|_| ErrorCode::BadRequest.into())
}

/// Takes a file. A form whose file was left empty sends one without a name.
async fn take(
    services: &Services,
    user: &User,
    field: Field<'_>,
    form: &mut Form,
) -> Result<(), AppError> {
    let name = field.file_name().unwrap_or_default().to_owned();
    if name.is_empty() {
        return Ok(());
    }
    if form.media.len() >= app::media::MOST_SHOWN {
        return Err(ErrorCode::MediaMany.into());
    }
    let media = &services.media;
    // Its length is told by its end alone: until then it may have as many bytes as any.
    let asked = Asked {
        length: media.limits.file,
        name: FileName::of(&name),
        alt: AltText::parse(&std::mem::take(&mut form.alt))?,
        poster_of: None,
    };
    form.media
        .push(media.receive_whole(user, asked, field).await?);
    Ok(())
}

async fn post(services: &Services, user: &User, form: &mut Form) -> Result<RoomId, AppError> {
    let room = form.room.ok_or(ErrorCode::BadRequest)?;
    let media = shown(form.media.clone())?;
    let posting = Posting {
        room,
        id: form.id.ok_or(ErrorCode::BadRequest)?,
        body: Body::beside(&form.body, media.len())?,
        reply_to: form.reply_to,
        media,
    };
    let messages = &services.ports.messages;
    messages.send(user, &Lane::default(), posting).await?;
    Ok(room)
}
