//! The one place where causes are logged and masked.

use app::error::{AppError, ErrorCode};

use crate::{database, identities::ProviderError};

/// What a use case can fail with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller's mistake, or lack of permission: told as it is.
    #[error("refused: {0:?}")]
    Refused(ErrorCode),
    /// Tried too often; it works again after so many seconds.
    #[error("refused for {0} s")]
    TooSoon(u32),
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    #[error("a password could not be hashed")]
    Hashing(#[from] argon2::password_hash::Error),
    #[error("a background task failed")]
    Task(#[from] tokio::task::JoinError),
    #[error("the operating system gave no random bytes")]
    Random(#[from] getrandom::Error),
    #[error("signing in through the provider failed")]
    Provider(#[from] ProviderError),
    #[error("a file could not be kept or read")]
    File(#[from] std::io::Error),
    #[error("a row of `{table}` breaks the rules of its type")]
    Row { table: &'static str },
}

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(code)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error
            .as_database_error()
            .and_then(|error| error.constraint())
            .and_then(on_constraint)
        {
            Some(code) => Self::Refused(code),
            None => Self::Database(error),
        }
    }
}

/// What a broken constraint means to the person who broke it.
fn on_constraint(name: &str) -> Option<ErrorCode> {
    match name {
        // Nobody takes the handle of a deleted account.
        "users_handle_unique" | "users_handle_reserved" => Some(ErrorCode::HandleTaken),
        "users_handle_form" => Some(ErrorCode::HandleInvalid),
        "users_email_length" | "mail_tokens_email_length" => Some(ErrorCode::EmailInvalid),
        "users_email_unique" => Some(ErrorCode::EmailTaken),
        "rooms_name_length" => Some(ErrorCode::RoomNameInvalid),
        "rooms_topic_length" => Some(ErrorCode::TopicInvalid),
        "rooms_description_length" => Some(ErrorCode::DescriptionLong),
        "bans_user_known" => Some(ErrorCode::MemberUnknown),
        "blocks_blocked_known" => Some(ErrorCode::PersonUnknown),
        "invites_max_uses" => Some(ErrorCode::MaxUsesInvalid),
        "messages_body_length" => Some(ErrorCode::BodyLong),
        "media_alt_length" => Some(ErrorCode::AltLong),
        // Somebody was faster.
        "stage_events_supersedes_once" => Some(ErrorCode::StageUnknown),
        "stage_events_note_length" | "reports_note_length" => Some(ErrorCode::NoteLong),
        _ => None,
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::Refused(code) => return (*code).into(),
            Error::TooSoon(wait) => return Self::too_soon(*wait),
            Error::Database(cause) if database::is_away(cause) => ErrorCode::Unavailable,
            Error::Provider(_) => ErrorCode::ProviderUnavailable,
            _ => ErrorCode::Internal,
        };
        tracing::error!(error = &error as &dyn std::error::Error, "a request failed");
        code.into()
    }
}
