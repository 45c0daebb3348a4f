//! What a provider says of a person: the ID token, and what the userinfo endpoint adds to it.
//!
//! Pure: it is given the bytes and the time. Nothing of a token is kept or printed.

use app::accounts::Email;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;

/// By how many seconds the provider's clock may differ from ours.
const LEEWAY: i64 = 120;

/// How old an ID token may be, in seconds: it was made while somebody was on their way.
const OLDEST: i64 = 10 * 60;

/// The longest subject that the standard allows, in bytes.
const LONGEST_SUBJECT: usize = 255;

/// A person, as the provider knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Profile {
    /// Names them at this provider, for ever.
    pub(super) subject: String,
    /// Only an address that the provider vouches for.
    pub(super) verified_email: Option<Email>,
    /// A Google Workspace has their address (`hd`).
    pub(super) hosted: bool,
    pub(super) given_name: Option<String>,
}

/// What an ID token has to say to be meant for this sign-in.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client: &'a str,
    pub(super) nonce: &'a str,
    /// In seconds since 1970.
    pub(super) now: i64,
}

/// Why an ID token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("it cannot be read")]
    Unreadable,
    #[error("another issuer has made it")]
    Issuer,
    #[error("it is for somebody else than us")]
    Audience,
    #[error("it has expired, or is of another time")]
    Time,
    #[error("it is for another sign-in")]
    Nonce,
    #[error("it names nobody, or another person than before")]
    Subject,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nonce: Option<String>,
    #[serde(flatten)]
    person: Person,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// Whether it is this client and nobody else.
    fn is_only(&self, client: &str) -> bool {
        match self {
            Self::One(one) => one == client,
            Self::Several(several) => {
                !several.is_empty() && several.iter().all(|one| one == client)
            }
        }
    }
}

#[derive(Deserialize)]
struct Person {
    sub: String,
    email: Option<String>,
    /// Believed only where it is `true` itself.
    email_verified: Option<Value>,
    hd: Option<String>,
    given_name: Option<String>,
}

impl From<Person> for Profile {
    fn from(person: Person) -> Self {
        let verified = person.email_verified == Some(Value::Bool(true));
        let email = person.email.filter(|_| verified);
        Self {
            subject: person.sub,
            verified_email: email.and_then(|email| Email::parse(&email).ok()),
            hosted: person.hd.is_some_and(|domain| !domain.is_empty()),
            given_name: person.given_name,
        }
    }
}

/// Reads an ID token that has come from the token endpoint itself.
///
/// Its signature is not checked, which OpenID Connect Core, 3.1.3.7, item 6, allows for that: TLS says
/// who has sent it, and nobody else has had it in their hands. (Plain HTTP is for this machine alone.)
pub(super) fn read_id_token(token: &str, expected: &Expected<'_>) -> Result<Profile, TokenError> {
    let mut parts = token.split('.');
    let (Some(_), Some(payload), Some(_), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(TokenError::Unreadable);
    };
    let payload = URL_SAFE_NO_PAD
        .decode(payload)
        .map_err(|_| TokenError::Unreadable)?;
    let claims: Claims = serde_json::from_slice(&payload).map_err(|_| TokenError::Unreadable)?;
    if claims.iss != expected.issuer {
        return Err(TokenError::Issuer);
    }
    let azp = claims.azp.as_deref().unwrap_or(expected.client);
    if !claims.aud.is_only(expected.client) || azp != expected.client {
        return Err(TokenError::Audience);
    }
    let made = expected.now - OLDEST - LEEWAY..=expected.now + LEEWAY;
    if claims.exp <= expected.now - LEEWAY || !made.contains(&claims.iat) {
        return Err(TokenError::Time);
    }
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err(TokenError::Nonce);
    }
    let subject = &claims.person.sub;
    if subject.is_empty() || subject.len() > LONGEST_SUBJECT || subject.contains('\0') {
        return Err(TokenError::Subject);
    }
    Ok(claims.person.into())
}

/// Reads what the userinfo endpoint says of the person whom the ID token has named.
pub(super) fn read_userinfo(body: &[u8], subject: &str) -> Result<Profile, TokenError> {
    let person: Person = serde_json::from_slice(body).map_err(|_| TokenError::Unreadable)?;
    if person.sub == subject {
        Ok(person.into())
    } else {
        Err(TokenError::Subject)
    }
}

#[cfg(test)]
#[path = "profile/tests.rs"]
mod tests;
