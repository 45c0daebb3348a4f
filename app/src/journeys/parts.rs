//! How the doors read fields of forms: what is left empty was not said.

use std::str::FromStr;

use crate::error::{AppError, ErrorCode};

/// What was written, if anything was.
pub(super) fn given(text: String) -> Option<String> {
    (!text.trim().is_empty()).then_some(text)
}

/// One of several choices, or the usual one.
pub(super) fn chosen<T: FromStr<Err = ErrorCode>>(
    field: &str,
    text: &str,
    usual: T,
) -> Result<T, AppError> {
    if text.is_empty() {
        return Ok(usual);
    }
    text.parse().map_err(|code| about(field, code))
}

/// The id of something, if one was chosen.
pub(super) fn named<T: FromStr>(field: &str, text: &str) -> Result<Option<T>, AppError> {
    if text.is_empty() {
        return Ok(None);
    }
    let id = text
        .parse()
        .map_err(|_| about(field, ErrorCode::ChoiceInvalid));
    id.map(Some)
}

/// A refusal of what stands in a field.
pub(super) fn about(field: &str, code: ErrorCode) -> AppError {
    AppError {
        field: Some(field.to_owned()),
        ..code.into()
    }
}
