//! What is known of an account that is to be deleted.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::ErrorCode;

/// What becomes of what somebody has said when their account goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It stays, and says no more who has said it.
    Keep,
    /// The words are taken back, as if each message had been deleted for everyone.
    Erase,
}

impl Fate {
    pub const ALL: [Self; 2] = [Self::Keep, Self::Erase];

    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Erase => "erase",
        }
    }
}

impl FromStr for Fate {
    type Err = ErrorCode;

    fn from_str(text: &str) -> Result<Self, ErrorCode> {
        Self::ALL
            .into_iter()
            .find(|fate| fate.as_str() == text)
            .ok_or(ErrorCode::FateInvalid)
    }
}

/// What somebody has asked for: the answer of the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    /// From this moment on the account is gone, in milliseconds since 1970. Until then it can be kept.
    pub due_at: i64,
    pub messages: Fate,
}

/// How an account stands to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionView {
    /// What its owner has asked for, and not taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Deletion>,
    /// When it would be gone if it were asked for now, in milliseconds since 1970.
    pub would_be_due_at: i64,
    /// Whether asking for it takes a password. Otherwise it takes the handle.
    pub has_password: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fate_has_the_same_name_everywhere() {
        for fate in Fate::ALL {
            assert_eq!(fate.as_str().parse(), Ok(fate));
            assert_eq!(serde_json::to_value(fate).unwrap(), fate.as_str());
        }
        assert_eq!("".parse::<Fate>(), Err(ErrorCode::FateInvalid));
    }
}
