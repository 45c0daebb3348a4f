//! What an invite is.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    accounts::User,
    error::ErrorCode,
    ids::RoomId,
    rooms::{RoomName, Topic},
};

/// What stands in an invite's address: 128 random bits in base64url. Only the server makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InviteCode(String);

impl InviteCode {
    /// How many characters a code has.
    pub const LENGTH: usize = 22;

    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if text.len() == Self::LENGTH && text.chars().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ErrorCode::InviteUnknown)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InviteCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// For how long an invite works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    Day,
    Week,
    Month,
    Never,
}

impl Expiry {
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Never];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Never => "never",
        }
    }

    /// None: for ever.
    pub fn days(self) -> Option<i32> {
        match self {
            Self::Day => Some(1),
            Self::Week => Some(7),
            Self::Month => Some(30),
            Self::Never => None,
        }
    }
}

impl FromStr for Expiry {
    type Err = ErrorCode;

    fn from_str(text: &str) -> Result<Self, ErrorCode> {
        Self::ALL
            .into_iter()
            .find(|expiry| expiry.as_str() == text)
            .ok_or(ErrorCode::ExpiryInvalid)
    }
}

/// How many people an invite lets in: 1 to 100,000, or any number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxUses(Option<i32>);

impl MaxUses {
    /// What forms offer; 0 stands for any number.
    pub const OFFERED: [i32; 6] = [0, 1, 5, 10, 25, 100];

    /// Reads a number from the wire, where 0 stands for any.
    pub fn parse(number: i32) -> Result<Self, ErrorCode> {
        match number {
            0 => Ok(Self(None)),
            1..=100_000 => Ok(Self(Some(number))),
            _ => Err(ErrorCode::MaxUsesInvalid),
        }
    }

    /// None: any number.
    pub fn limit(self) -> Option<i32> {
        self.0
    }
}

/// An invite that works, as those who keep order see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    pub code: InviteCode,
    pub created_by: User,
    /// Milliseconds since 1970; none when it never expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// None: any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<i32>,
    /// How many people have joined by it.
    pub uses: i32,
}

/// The answer of creating an invite: `{invite}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteReply {
    pub invite: Invite,
}

/// What an invite shows to whoever has its link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteView {
    pub name: RoomName,
    pub topic: Topic,
    /// How many people are in the room.
    pub members: i64,
    /// The room, for those who are in it already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_22_characters_of_base64url() {
        assert!(InviteCode::parse("AZaz09-_AZaz09-_AZaz09").is_ok());
        for bad in ["", "short", "AZaz09-_AZaz09-_AZaz0/", &"a".repeat(23)] {
            assert_eq!(InviteCode::parse(bad), Err(ErrorCode::InviteUnknown));
        }
    }

    #[test]
    fn an_invite_works_for_a_day_a_week_a_month_or_for_ever() {
        for expiry in Expiry::ALL {
            assert_eq!(expiry.as_str().parse(), Ok(expiry));
        }
        assert_eq!("year".parse::<Expiry>(), Err(ErrorCode::ExpiryInvalid));
    }

    #[test]
    fn an_invite_is_for_any_number_of_people_or_for_so_many() {
        assert_eq!(MaxUses::parse(0).unwrap().limit(), None);
        for number in [1, 100_000] {
            assert_eq!(MaxUses::parse(number).unwrap().limit(), Some(number));
        }
        for bad in [-1, 100_001] {
            assert_eq!(MaxUses::parse(bad), Err(ErrorCode::MaxUsesInvalid));
        }
    }
}
