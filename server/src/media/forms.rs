//! A message with its files as one form, for browsers without WebAssembly. It is answered as the door
//! `messages/send` would answer it.
//!
//! The fields come in the order of the page: all that are text before the files, but `alt` before the file
//! that it is about.

pub(crate) mod parts;

use std::{pin::pin, time::Duration};

use app::{
    accounts::User,
    context::Caller,
    error::{AppError, ErrorCode},
    ids::{ClientId, MediaId, RoomId},
    journeys::Care,
    media::{AltText, FileName, MOST_SHOWN, shown},
    messages::{Body, Lane, Posting, SendMessage, Sent},
};
use axum::{
    Json,
    body::BodyDataStream,
    extract::{Request, State},
    http::{HeaderMap, header, request},
    response::{IntoResponse, Redirect, Response},
};
use futures::stream;
use leptos::server_fn::ServerFn;
use tokio::time::timeout;

use self::parts::{Broken, Head, Parts, boundary};
use super::uploads::Asked;
use crate::{
    doors::{self, Fields},
    pages,
    router::Services,
};

/// The most bytes of a field that is no file, and the most of them.
const MOST_TEXT: usize = 64 * 1024;
const MOST_FIELDS: usize = 64;

/// How long a form with files may take.
const LONGEST: Duration = Duration::from_hours(1);

/// What a form says.
#[derive(Default)]
struct Form {
    typed: Fields,
    /// What the next file shows.
    alt: String,
    /// What its files are called.
    chosen: Vec<String>,
    media: Vec<MediaId>,
    /// Why it is not posted. What comes after that is passed over: a browser shows no answer before it
    /// has sent everything.
    refused: Option<AppError>,
}

impl Form {
    fn typed(&self, field: &str) -> Option<&str> {
        let mut typed = self.typed.iter();
        let found = typed.find(|(name, _)| name == field);
        found.map(|(_, text)| text.as_str())
    }

    /// What becomes of case numbers in it. A page says so before its files.
    fn care(&self) -> Care {
        let says = |field| self.typed(field) == Some("true");
        Care::of(says("mask"), says("knowing"))
    }

    fn refuse(&mut self, error: impl Into<AppError>) {
        self.refused.get_or_insert(error.into());
    }
}

/// `POST /media/send`: posts, and leads back to the room.
pub(crate) async fn send_form(State(services): State<Services>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let browser = services.browser(&parts.headers, &parts.extensions);
    let mut who = Caller {
        user: None,
        browser,
    };
    let mut form = Form::default();
    if let Err(error) = doors::admit(&services, &mut who, &parts).await {
        form.refuse(error);
    } else if who.user.is_none() {
        form.refuse(ErrorCode::SignInNeeded);
    }
    Box::pin(read(&services, &who, &parts, body, &mut form)).await;
    let posted = match form.refused.take() {
        Some(error) => Err(error),
        None => post(&services, &mut who, &form).await,
    };
    if posted.is_err() {
        // What no message shows is not kept until it expires.
        for id in &form.media {
            if let Err(error) = services.media.give_up(*id).await {
                return pages::failed(
                    &services.leptos,
                    &parts.method,
                    &parts.headers,
                    error.into(),
                );
            }
        }
    }
    let page = doors::wants_page(&parts.headers);
    match posted {
        Ok((room, _)) if page => Redirect::to(&format!("/rooms/{room}")).into_response(),
        Ok((_, sent)) => Json(sent).into_response(),
        Err(error) if page => {
            let door = <SendMessage as ServerFn>::url().to_owned();
            // A page cannot choose files again, but say which they were.
            form.typed
                .push(("chosen".to_owned(), form.chosen.join(", ")));
            doors::form_again(&services, &who, parts, door, form.typed, error).await
        }
        Err(error) => doors::refusal(error).into_response(),
    }
}

/// Reads all of it, and takes what may be taken in.
async fn read(
    services: &Services,
    who: &Caller,
    asked: &request::Parts,
    body: axum::body::Body,
    form: &mut Form,
) {
    let Some(boundary) = boundary(&asked.headers) else {
        return form.refuse(ErrorCode::BadRequest);
    };
    let mut parts = Parts::new(body.into_data_stream(), &boundary);
    // A form without files is no longer under way than any.
    let (mut left, mut files) = (services.bounds.body, false);
    let reading = async {
        let mut fields = 0;
        loop {
            let head = timeout(left, parts.next()).await;
            let Some(head) = head.map_err(|_| Broken::Silent)?? else {
                return Ok(());
            };
            fields += 1;
            if fields > MOST_FIELDS {
                return Err(Broken::Form);
            }
            if head.file.is_none() {
                let text = timeout(left, text(&mut parts, form)).await;
                keep(form, head.name, text.map_err(|_| Broken::Silent)??);
                continue;
            }
            if !files {
                (left, files) = (LONGEST, true);
            }
            if let Some(name) = head.file.as_ref().filter(|name| !name.is_empty()) {
                form.chosen.push(name.clone());
            }
            if let (Some(user), None) = (&who.user, &form.refused)
                && let Err(error) =
                    take(services, user, &asked.headers, head, &mut parts, form).await
            {
                form.refuse(error);
            }
        }
    };
    let read: Result<Result<(), Broken>, _> = timeout(LONGEST, Box::pin(reading)).await;
    if !matches!(read, Ok(Ok(()))) {
        form.refuse(ErrorCode::BadRequest);
    }
}

type Incoming = Parts<BodyDataStream>;

/// How long a form is. The length of a file in it is told by its end alone: until then it may have as many
/// bytes as the form, or as any.
pub(crate) fn all(headers: &HeaderMap) -> u64 {
    let all = headers.get(header::CONTENT_LENGTH);
    let all = all.and_then(|length| length.to_str().ok()?.parse().ok());
    all.unwrap_or(u64::MAX)
}

async fn text(parts: &mut Incoming, form: &mut Form) -> Result<String, Broken> {
    let mut text = Vec::new();
    while let Some(piece) = parts.chunk().await? {
        if text.len() + piece.len() > MOST_TEXT {
            form.refuse(ErrorCode::TooLarge);
            return Ok(String::new());
        }
        text.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn keep(form: &mut Form, name: String, text: String) {
    if name == "alt" {
        form.alt.clone_from(&text);
    }
    form.typed.push((name, text));
}

/// Takes a file. A form whose file was left empty sends one without a name.
async fn take(
    services: &Services,
    user: &User,
    headers: &HeaderMap,
    head: Head,
    parts: &mut Incoming,
    form: &mut Form,
) -> Result<(), AppError> {
    let name = head.file.unwrap_or_default();
    let alt = AltText::parse(&std::mem::take(&mut form.alt))?.with(form.care())?;
    if name.is_empty() {
        return Ok(());
    }
    if form.media.len() >= MOST_SHOWN {
        return Err(ErrorCode::MediaMany.into());
    }
    let media = &services.media;
    let asked = Asked {
        length: all(headers).min(media.limits.file),
        name: FileName::of(&name),
        alt,
        poster_of: None,
        portrait: false,
    };
    let pieces = pin!(stream::try_unfold(parts, |parts| async move {
        let piece = parts.chunk().await?;
        Ok::<_, Broken>(piece.map(|piece| (piece, parts)))
    }));
    form.media
        .push(media.receive_whole(user, asked, pieces).await?);
    Ok(())
}

async fn post(
    services: &Services,
    who: &mut Caller,
    form: &Form,
) -> Result<(RoomId, Sent), AppError> {
    // A session may have ended while all of that came in.
    *who = pages::caller(services, who.browser.clone()).await?;
    let user = who.user.as_ref().ok_or(ErrorCode::SignInNeeded)?;
    let room = form.typed("room").and_then(|room| room.parse().ok());
    let room = room.ok_or(ErrorCode::RoomUnknown)?;
    let id: Option<ClientId> = form.typed("id").and_then(|id| id.parse().ok());
    let media = shown(form.media.clone())?;
    let posting = Posting {
        room,
        id: id.ok_or(ErrorCode::BadRequest)?,
        body: Body::beside(form.typed("body").unwrap_or_default(), media.len())?
            .with(form.care())?,
        reply_to: form.typed("reply_to").and_then(|place| place.parse().ok()),
        media,
    };
    let messages = &services.ports.messages;
    let sent = messages.send(user, &Lane::default(), posting).await?;
    Ok((room, sent))
}
