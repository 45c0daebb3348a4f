//! `POST /people/ID/picture`: a form with a `file`, for oneself. It is cut to a square, made anew, and how
//! one looks from then on.

use std::{pin::pin, time::Duration};

use app::{
    accounts::User,
    context::Caller,
    error::{AppError, ErrorCode},
    ids::MediaId,
    profiles::{picture_path, profile_path},
};
use axum::{
    Json,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, request},
    response::{IntoResponse, Redirect, Response},
};
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use tokio::time::{Instant, timeout_at};

use super::{ProfilesOnPostgres, pictures::parse, store::Change};
use crate::{
    doors::{self, Fields},
    error::Error,
    media::forms::{
        all,
        parts::{Broken, Parts, boundary},
    },
    pages,
    router::Services,
};

/// The most bytes that a form may have, the most parts, and the most bytes of one that is no file.
const MOST_BYTES: usize = 64 * 1024 * 1024;
const MOST_PARTS: usize = 16;
const MOST_TEXT: usize = 1024;

/// How long it may take.
const LONGEST: Duration = Duration::from_mins(5);

/// What a form says.
#[derive(Default)]
struct Form {
    typed: Fields,
    picture: Option<MediaId>,
    /// Why it is not put on. What comes after that is passed over: a browser shows no answer before it has
    /// sent everything.
    refused: Option<AppError>,
}

impl Form {
    fn refuse(&mut self, error: impl Into<AppError>) {
        self.refused.get_or_insert(error.into());
    }
}

impl ProfilesOnPostgres {
    /// What the viewer has sent in is how they look from now on.
    async fn wear(&self, viewer: &User, picture: MediaId) -> Result<(), Error> {
        self.change(viewer, Change::Picture(Some(picture))).await
    }
}

pub(crate) async fn replace(
    State(services): State<Services>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (asked, body) = request.into_parts();
    let browser = services.browser(&asked.headers, &asked.extensions);
    let mut who = Caller {
        user: None,
        browser,
    };
    let mut form = Form::default();
    if let Err(error) = admitted(&services, &mut who, &id, &asked).await {
        form.refuse(error);
    }
    Box::pin(read(&services, &who, &asked.headers, body, &mut form)).await;
    let put_on = match form.refused.take() {
        Some(error) => Err(error),
        None => put_on(&services, &mut who, form.picture).await,
    };
    if let (Err(_), Some(picture)) = (&put_on, form.picture)
        && let Err(error) = services.media.give_up(picture).await
    {
        // It goes when it expires.
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "a picture that nobody wears cannot be given up"
        );
    }
    let page = doors::wants_page(&asked.headers);
    let own_page = who
        .user
        .as_ref()
        .map(|user| profile_path(user.handle.as_str()));
    match put_on {
        Ok(()) if page => Redirect::to(&own_page.unwrap_or_else(|| "/".to_owned())).into_response(),
        Ok(()) => Json(()).into_response(),
        Err(error) if page => {
            let mut typed = form.typed;
            if let Some(own_page) = own_page
                && !typed.iter().any(|(name, _)| name == "page")
            {
                typed.push(("page".to_owned(), own_page));
            }
            let door = who.user.as_ref().map(|user| picture_path(user.id));
            let door = door.unwrap_or_default();
            doors::form_again(&services, &who, asked, door, typed, error).await
        }
        Err(error) => doors::refusal(error).into_response(),
    }
}

/// Nobody puts a picture on somebody else.
async fn admitted(
    services: &Services,
    who: &mut Caller,
    id: &str,
    asked: &request::Parts,
) -> Result<(), AppError> {
    doors::admit(services, who, asked).await?;
    let user = who.user.as_ref().ok_or(ErrorCode::SignInNeeded)?;
    if parse(id)? != user.id {
        return Err(ErrorCode::Forbidden.into());
    }
    Ok(())
}

async fn put_on(
    services: &Services,
    who: &mut Caller,
    picture: Option<MediaId>,
) -> Result<(), AppError> {
    // A session may have ended while all of that came in.
    *who = pages::caller(services, who.browser.clone()).await?;
    let user = who.user.as_ref().ok_or(ErrorCode::SignInNeeded)?;
    let picture = picture.ok_or(ErrorCode::FileEmpty)?;
    Ok(services.profiles.wear(user, picture).await?)
}

/// What a form brings, as long as it is neither too long nor too slow.
fn bounded(body: Body) -> impl Stream<Item = Result<Bytes, Broken>> + Send + Unpin {
    let until = Instant::now() + LONGEST;
    let begun = (body.into_data_stream(), MOST_BYTES);
    Box::pin(stream::unfold(
        begun,
        move |(mut pieces, left)| async move {
            let piece = match timeout_at(until, pieces.next()).await {
                Ok(None) => return None,
                Ok(Some(Ok(piece))) if piece.len() <= left => Ok(piece),
                _ => Err(Broken::Cut),
            };
            let left = left - piece.as_ref().map_or(0, Bytes::len);
            Some((piece, (pieces, left)))
        },
    ))
}

/// Reads all of it, and takes its first file.
async fn read(services: &Services, who: &Caller, headers: &HeaderMap, body: Body, form: &mut Form) {
    let Some(boundary) = boundary(headers) else {
        return form.refuse(ErrorCode::BadRequest);
    };
    let mut parts = Parts::new(bounded(body), &boundary);
    let mut left = MOST_PARTS;
    let read = async {
        while let Some(head) = parts.next().await? {
            left = left.checked_sub(1).ok_or(Broken::Form)?;
            let Some(name) = head.file else {
                let text = text(&mut parts).await?;
                form.typed.push((head.name, text));
                continue;
            };
            // A form in which nothing was chosen sends a file without a name.
            if let (Some(user), None, None) = (&who.user, form.picture, &form.refused)
                && !name.is_empty()
            {
                let pieces = pin!(stream::try_unfold(&mut parts, |parts| async move {
                    let piece = parts.chunk().await?;
                    Ok::<_, Broken>(piece.map(|piece| (piece, parts)))
                }));
                let media = &services.media;
                match media
                    .receive_portrait(user, &name, all(headers), pieces)
                    .await
                {
                    Ok(picture) => form.picture = Some(picture),
                    Err(error) => form.refuse(error),
                }
            }
        }
        Ok::<_, Broken>(())
    };
    if Box::pin(read).await.is_err() {
        form.refuse(ErrorCode::BadRequest);
    }
}

async fn text<S>(parts: &mut Parts<S>) -> Result<String, Broken>
where
    S: Stream<Item = Result<Bytes, Broken>> + Unpin,
{
    let mut text = Vec::new();
    while let Some(piece) = parts.chunk().await? {
        if text.len() + piece.len() > MOST_TEXT {
            return Err(Broken::Form);
        }
        text.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}
