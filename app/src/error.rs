//! The one error that crosses the wire, to pages, bots and tests alike.
//!
//! It holds nothing of its cause: causes are logged by the server and stay there.

use serde::{Deserialize, Serialize};
use server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

use crate::words;

/// What went wrong, in a form that programs compare. The names are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    HandleTaken,
    HandleInvalid,
    EmailInvalid,
    PasswordShort,
    PasswordLong,
    PasswordCommon,
    CredentialsWrong,
    SignInNeeded,
    RoomNameInvalid,
    RoomKindInvalid,
    RoomUnknown,
    NotMember,
    BodyEmpty,
    BodyLong,
    /// The same client id was used for another message.
    IdReused,
    /// The request was not understood: a field is missing or has the wrong shape.
    BadRequest,
    /// The request came from another site.
    CrossSite,
    /// Too much is asked at once; trying again later helps.
    Busy,
    /// The server or its database is away; trying again later helps.
    Unavailable,
    /// The browser could not reach the server.
    Offline,
    /// Anything else; the server's log has the cause.
    #[serde(other)]
    Internal,
}

impl ErrorCode {
    /// The HTTP status under which a door answers with this code.
    pub fn status(self) -> u16 {
        match self {
            Self::HandleTaken | Self::IdReused => 409,
            Self::HandleInvalid
            | Self::EmailInvalid
            | Self::PasswordShort
            | Self::PasswordLong
            | Self::PasswordCommon
            | Self::RoomNameInvalid
            | Self::RoomKindInvalid
            | Self::BodyEmpty
            | Self::BodyLong => 422,
            Self::CredentialsWrong | Self::SignInNeeded => 401,
            Self::NotMember | Self::CrossSite => 403,
            Self::RoomUnknown => 404,
            Self::BadRequest => 400,
            Self::Busy | Self::Unavailable | Self::Offline => 503,
            Self::Internal => 500,
        }
    }

    /// The form field that the error is about, by its name on the wire.
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::HandleTaken | Self::HandleInvalid => Some("handle"),
            Self::EmailInvalid => Some("email"),
            Self::PasswordShort | Self::PasswordLong | Self::PasswordCommon => Some("password"),
            Self::RoomNameInvalid => Some("name"),
            Self::RoomKindInvalid => Some("kind"),
            Self::BodyEmpty | Self::BodyLong => Some("body"),
            _ => None,
        }
    }
}

/// `{code, field?, message}`: the answer of every door that refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct AppError {
    pub code: ErrorCode,
    /// The field that is wrong, where one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong and what to do, in English, for people who read the answer itself. Pages show
    /// [`words::error`] of the code instead, in the reader's language.
    pub message: String,
}

impl From<ErrorCode> for AppError {
    fn from(code: ErrorCode) -> Self {
        Self {
            code,
            field: code.field().map(str::to_owned),
            message: words::error(words::i18n::Locale::en, code),
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    /// A failure of the transport itself, on either side of it.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => {
                ErrorCode::Offline.into()
            }
            ServerFnErrorErr::Args(detail) | ServerFnErrorErr::MissingArg(detail) => Self {
                message: detail,
                ..ErrorCode::BadRequest.into()
            },
            ServerFnErrorErr::Deserialization(_) if cfg!(feature = "ssr") => {
                ErrorCode::BadRequest.into()
            }
            // A browser gets something else than our JSON from a proxy whose server is away.
            ServerFnErrorErr::Deserialization(_) => ErrorCode::Unavailable.into(),
            _ => ErrorCode::Internal.into(),
        }
    }
}
