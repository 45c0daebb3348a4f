//! `/people/ID/picture`: how somebody looks. Whoever has no picture, or does not show it to who asks, gets
//! a disc with the first letter of their handle, and the two look the same.

use app::{
    accounts::User,
    context::Caller,
    error::{AppError, ErrorCode},
    ids::{MediaId, UserId},
    media::Variant,
    profiles::{picture_path, profile_path},
    ui::Refusal,
};
use axum::{
    Json,
    body::Body,
    extract::{FromRequest, Multipart, Path, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header, request},
    response::{IntoResponse, Redirect, Response},
};

use super::{ProfilesOnPostgres, policy::sees, store};
use crate::{doors, error::Error, pages, router::Services};

/// Nothing in it runs, loads or leads anywhere.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");

/// Kept, and asked about each time: who may see it, and what it is, may have changed.
const EACH_TIME: HeaderValue = HeaderValue::from_static("private, no-cache");

/// What somebody gets to see.
enum Look {
    Picture(MediaId, String),
    /// The first letter of a handle, and whose it is.
    Letter(char, UserId),
    /// Of an account that is gone, or never was.
    Nobody,
}

impl ProfilesOnPostgres {
    async fn look(&self, owner: UserId, viewer: Option<UserId>) -> Result<Look, Error> {
        let mut db = self.pool.acquire().await?;
        let Some(kept) = store::find(&mut db, owner, viewer).await? else {
            return Ok(Look::Nobody);
        };
        let seen = sees(kept.standing, kept.seen.picture);
        Ok(match kept.picture.filter(|_| seen) {
            Some((picture, mime)) => Look::Picture(picture, mime),
            None => Look::Letter(first_letter(&kept.user), owner),
        })
    }

    /// What the viewer has sent in is how they look from now on.
    async fn wear(&self, viewer: &User, picture: MediaId) -> Result<(), Error> {
        self.change(viewer, store::Change::Picture(Some(picture)))
            .await
    }
}

fn first_letter(user: &User) -> char {
    let first = user.handle.as_str().chars().next();
    first.unwrap_or('?').to_ascii_uppercase()
}

impl Look {
    /// It changes with what is seen, and tells nothing else.
    fn tag(&self, variant: Variant) -> String {
        match self {
            Self::Picture(id, _) => format!("\"{id}-{}\"", variant.as_str()),
            Self::Letter(letter, owner) => format!("\"{owner}-{letter}\""),
            Self::Nobody => "\"nobody\"".to_owned(),
        }
    }

    /// A disc in a colour of its owner's, on which white has a contrast of 4.5:1 or more.
    fn disc(&self) -> String {
        let (hue, inside) = if let Self::Letter(letter, owner) = self {
            let sum = owner.0.as_bytes().iter().map(|byte| u32::from(*byte));
            let letter = format!(
                "<text x=\"64\" y=\"66\" fill=\"#fff\" font-family=\"sans-serif\" font-size=\"60\" \
                 text-anchor=\"middle\" dominant-baseline=\"central\">{letter}</text>"
            );
            (sum.sum::<u32>() * 7 % 360, letter)
        } else {
            let shoulders = "<circle cx=\"64\" cy=\"50\" r=\"22\" fill=\"#fff\"/>\
                             <circle cx=\"64\" cy=\"122\" r=\"42\" fill=\"#fff\"/>";
            (30, shoulders.to_owned())
        };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 128 128\">\
             <rect width=\"128\" height=\"128\" fill=\"hsl({hue},35%,32%)\"/>{inside}</svg>"
        )
    }
}

/// `GET`: the small form, or with the query `large` the whole.
pub(crate) async fn serve(
    State(services): State<Services>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (asked, _) = request.into_parts();
    let served = served(&services, &id, &asked).await;
    served.unwrap_or_else(|error| doors::refusal(error).into_response())
}

async fn served(
    services: &Services,
    id: &str,
    asked: &request::Parts,
) -> Result<Response, AppError> {
    let owner = parse(id)?;
    let query = asked.uri.query().unwrap_or_default();
    let large = query.split('&').any(|part| part == "large");
    let variant = if large {
        Variant::Large
    } else {
        Variant::Small
    };
    let browser = services.browser(&asked.headers, &asked.extensions);
    let caller = pages::caller(services, browser).await?;
    let viewer = caller.user.map(|user| user.id);
    let mut look = services.profiles.look(owner, viewer).await?;
    let tag = look.tag(variant);
    if is_known(&asked.headers, &tag) {
        return Ok(labelled(StatusCode::NOT_MODIFIED.into_response(), &tag));
    }
    if let Look::Picture(id, mime) = &look {
        let mime = HeaderValue::from_str(mime).map_err(|_| ErrorCode::Internal)?;
        if let Some(pieces) = services.media.form(*id, variant).await? {
            let body = Body::from_stream(pieces);
            let response = ([(header::CONTENT_TYPE, mime)], body).into_response();
            return Ok(labelled(response, &tag));
        }
        // It has gone at this very moment.
        look = Look::Nobody;
    }
    let svg = HeaderValue::from_static("image/svg+xml");
    let response = ([(header::CONTENT_TYPE, svg)], look.disc()).into_response();
    Ok(labelled(response, &look.tag(variant)))
}

fn parse(id: &str) -> Result<UserId, ErrorCode> {
    id.parse().map_err(|_| ErrorCode::NotFound)
}

/// Whether the browser has it.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter();
    known
        .filter_map(|tags| tags.to_str().ok())
        .flat_map(|tags| tags.split(','))
        .any(|known| known.trim().trim_start_matches("W/") == tag)
}

fn labelled(mut response: Response, tag: &str) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, EACH_TIME);
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    // Another site's page does not show it, even to somebody who may see it.
    let corp = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(corp, HeaderValue::from_static("same-origin"));
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// `POST` of a form with a `file`, for oneself: it is cut to a square, made anew, and seen from then on.
pub(crate) async fn replace(
    State(services): State<Services>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (asked, body) = request.into_parts();
    let request = Request::from_parts(asked.clone(), body);
    let browser = services.browser(&asked.headers, &asked.extensions);
    let caller = match pages::caller(&services, browser).await {
        Ok(caller) => caller,
        Err(error) => return pages::failed(&services.leptos, &asked.method, &asked.headers, error),
    };
    let form = doors::wants_page(&asked.headers);
    let replaced = replaced(&services, &caller, &id, &asked, request).await;
    match (replaced, caller.user.clone()) {
        (Ok(()), Some(user)) if form => {
            Redirect::to(&profile_path(user.handle.as_str())).into_response()
        }
        (Ok(()), _) => Json(()).into_response(),
        (Err(error), Some(user)) if form => refused(&services, &caller, &user, asked, error).await,
        (Err(error), _) => pages::failed(&services.leptos, &asked.method, &asked.headers, error),
    }
}

async fn replaced(
    services: &Services,
    caller: &Caller,
    id: &str,
    asked: &request::Parts,
    request: Request,
) -> Result<(), AppError> {
    doors::pace(services, caller, asked).await?;
    let user = caller.user.as_ref().ok_or(ErrorCode::SignInNeeded)?;
    if parse(id)? != user.id {
        return Err(ErrorCode::Forbidden.into());
    }
    let fields = Multipart::from_request(request, services).await;
    let mut fields = fields.map_err(|_| ErrorCode::BadRequest)?;
    loop {
        let field = fields.next_field().await;
        let field = field.map_err(|_| ErrorCode::BadRequest)?;
        let field = field.ok_or(ErrorCode::FileEmpty)?;
        let name = field.file_name().unwrap_or_default().to_owned();
        // A form in which nothing was chosen sends a file without a name.
        if name.is_empty() {
            continue;
        }
        let picture = services.media.receive_portrait(user, &name, field).await?;
        let worn = services.profiles.wear(user, picture).await;
        if worn.is_err() {
            services.media.give_up(picture).await?;
        }
        return Ok(worn?);
    }
}

/// The page of who has sent it, with what is wrong.
async fn refused(
    services: &Services,
    caller: &Caller,
    user: &User,
    asked: request::Parts,
    error: AppError,
) -> Response {
    let page = profile_path(user.handle.as_str());
    let refusal = Refusal {
        door: picture_path(user.id),
        page: page.clone(),
        error,
        typed: Vec::new(),
    };
    let Ok(uri) = page.parse::<Uri>() else {
        return doors::refusal(refusal.error).into_response();
    };
    let mut request = Request::from_parts(asked, Body::empty());
    *request.method_mut() = Method::GET;
    *request.uri_mut() = uri;
    pages::render(services, caller, Some(refusal), request).await
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_disc_is_the_same_each_time_and_holds_a_letter_alone() {
        let owner = UserId(Uuid::from_u128(7));
        let disc = Look::Letter('A', owner).disc();
        assert_eq!(disc, Look::Letter('A', owner).disc());
        assert!(disc.contains(">A</text>"), "{disc}");
        assert!(!Look::Nobody.disc().contains("text"));
    }

    #[test]
    fn what_a_browser_has_is_not_sent_again() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::IF_NONE_MATCH,
            HeaderValue::from_static("\"x\", W/\"y\""),
        );
        assert!(is_known(&headers, "\"y\"") && is_known(&headers, "\"x\""));
        assert!(!is_known(&headers, "\"z\"") && !is_known(&HeaderMap::new(), "\"x\""));
    }
}
