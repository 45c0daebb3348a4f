//! Who is in a room, what they may do there, and what they want to hear of it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Description, Room, Topic};
use crate::{accounts::User, error::ErrorCode, ids::UserId};

/// What a member may do beyond writing; the greater may more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Member,
    Moderator,
    Owner,
}

impl Role {
    /// The greatest first.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Moderator, Self::Member];

    /// Whether somebody of this role looks after the room and who is in it.
    pub fn keeps_order(self) -> bool {
        self >= Self::Moderator
    }

    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Moderator => "moderator",
            Self::Member => "member",
        }
    }
}

impl FromStr for Role {
    type Err = ErrorCode;

    fn from_str(text: &str) -> Result<Self, ErrorCode> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(ErrorCode::RoleInvalid)
    }
}

/// Which messages of a room a member wants to be told of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mute {
    #[default]
    All,
    /// Those that name them.
    Mentions,
    None,
}

impl Mute {
    pub const ALL: [Self; 3] = [Self::All, Self::Mentions, Self::None];

    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Mentions => "mentions",
            Self::None => "none",
        }
    }
}

impl FromStr for Mute {
    type Err = ErrorCode;

    fn from_str(text: &str) -> Result<Self, ErrorCode> {
        Self::ALL
            .into_iter()
            .find(|level| level.as_str() == text)
            .ok_or(ErrorCode::MuteInvalid)
    }
}

/// A person in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub user: User,
    pub role: Role,
}

/// A room, and what the person who asks may know of the people in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomAbout {
    pub room: Room,
    pub topic: Topic,
    pub description: Description,
    /// How many people are in it.
    pub members: i64,
    /// The role of the person who asks; none when they are no member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// What they want to be told of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mute: Option<Mute>,
    /// For members: the people in it, the greater roles first. At most 500.
    pub people: Vec<Member>,
    /// For those who keep order: whom they keep out.
    pub banned: Vec<User>,
    /// Whom the person who asks has blocked, as far as these can write here.
    #[serde(default)]
    pub blocked: Vec<UserId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_above_a_moderator_and_a_moderator_above_a_member() {
        assert!(Role::Owner > Role::Moderator && Role::Moderator > Role::Member);
        assert!(Role::Moderator.keeps_order() && !Role::Member.keeps_order());
    }

    #[test]
    fn roles_and_levels_have_the_same_names_everywhere() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        for level in Mute::ALL {
            assert_eq!(level.as_str().parse(), Ok(level));
            assert_eq!(serde_json::to_value(level).unwrap(), level.as_str());
        }
        assert_eq!("".parse::<Role>(), Err(ErrorCode::RoleInvalid));
        assert_eq!("".parse::<Mute>(), Err(ErrorCode::MuteInvalid));
    }
}
