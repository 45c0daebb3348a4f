//! `GET /people/ID/picture`: how somebody looks. Whoever has no picture, or does not show it to who asks,
//! gets a disc with the first letter of their handle, and the two look the same.

use app::{
    accounts::User,
    error::{AppError, ErrorCode},
    ids::{MediaId, UserId},
    media::Variant,
};
use axum::{
    extract::{Path, Request, State},
    http::{HeaderValue, StatusCode, header, request},
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

use super::{ProfilesOnPostgres, policy::sees, store};
use crate::{
    doors,
    error::Error,
    media::serving::{names, tame},
    pages,
    router::Services,
};

/// One's own is asked about each time: it is seen at once when it is another.
const EACH_TIME: HeaderValue = HeaderValue::from_static("private, no-cache");

/// Who sees somebody else's, and what it is, may have changed. Open pages hear of it, and fetch it under
/// another address.
const FOR_A_MINUTE: HeaderValue = HeaderValue::from_static("private, max-age=60");

/// What somebody gets to see.
enum Look {
    /// With what it is served as, and the letter that stands for it.
    Picture(MediaId, String, char),
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
        let letter = first_letter(&kept.user);
        Ok(match kept.picture.filter(|_| seen) {
            Some((picture, mime)) => Look::Picture(picture, mime, letter),
            None => Look::Letter(letter, owner),
        })
    }
}

fn first_letter(user: &User) -> char {
    let first = user.handle.as_str().chars().next();
    first.unwrap_or('?').to_ascii_uppercase()
}

impl Look {
    /// It changes with what is seen, and tells nothing else: by their ids pictures are their owner's alone.
    fn tag(&self, variant: Variant) -> Result<HeaderValue, ErrorCode> {
        let tag = match self {
            Self::Picture(id, ..) => {
                let digest = Sha256::new()
                    .chain_update(id.0.as_bytes())
                    .chain_update(variant.as_str())
                    .finalize();
                let digest = digest.iter().take(16);
                let digest: Vec<_> = digest.map(|byte| format!("{byte:02x}")).collect();
                format!("\"{}\"", digest.concat())
            }
            Self::Letter(letter, owner) => format!("\"{owner}-{letter}\""),
            Self::Nobody => "\"nobody\"".to_owned(),
        };
        HeaderValue::from_str(&tag).map_err(|_| ErrorCode::Internal)
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
    let kept = if viewer == Some(owner) {
        EACH_TIME
    } else {
        FOR_A_MINUTE
    };
    let tag = look.tag(variant)?;
    if names(&asked.headers, &header::IF_NONE_MATCH, &tag) {
        return Ok(labelled(StatusCode::NOT_MODIFIED, tag, kept));
    }
    if let Look::Picture(id, mime, letter) = look {
        let mime = HeaderValue::from_str(&mime).map_err(|_| ErrorCode::Internal)?;
        if let Some(body) = services.media.body(id, variant, &asked.method).await? {
            let response = ([(header::CONTENT_TYPE, mime)], body);
            return Ok(labelled(response, tag, kept));
        }
        // It has gone at this very moment.
        look = Look::Letter(letter, owner);
    }
    let svg = HeaderValue::from_static("image/svg+xml");
    let response = ([(header::CONTENT_TYPE, svg)], look.disc());
    Ok(labelled(response, look.tag(variant)?, kept))
}

pub(super) fn parse(id: &str) -> Result<UserId, ErrorCode> {
    id.parse().map_err(|_| ErrorCode::NotFound)
}

fn labelled(response: impl IntoResponse, tag: HeaderValue, kept: HeaderValue) -> Response {
    let mut response = response.into_response();
    let headers = response.headers_mut();
    tame(headers);
    headers.insert(header::CACHE_CONTROL, kept);
    headers.insert(header::VARY, HeaderValue::from_static("Cookie"));
    headers.insert(header::ETAG, tag);
    response
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
}
