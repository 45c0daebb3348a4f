//! What a room is, as its members and its visitors see it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Mute, Role};
use crate::{
    accounts::Handle,
    error::ErrorCode,
    ids::{RoomId, UserId},
    journeys::Badge,
    words::{self, i18n::Locale},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    pub id: RoomId,
    pub name: RoomName,
    pub kind: RoomKind,
}

impl Room {
    /// What a page calls it: by its name, and a conversation by what the other one is called.
    pub fn title(&self, locale: Locale) -> String {
        let name = self.name.as_str();
        match Handle::parse(name) {
            Ok(other) if self.kind == RoomKind::Direct => words::name(locale, &other),
            _ => name.to_owned(),
        }
    }
}

/// The answer of creating and joining: `{room: {id, name, kind}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomReply {
    pub room: Room,
}

/// Who may find a room and read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// Listed, and readable by everybody; members write.
    Public,
    /// Known to its members alone.
    Group,
    /// A conversation of two. For each of them it bears the other's handle.
    Direct,
}

impl RoomKind {
    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Group => "group",
            Self::Direct => "direct",
        }
    }
}

impl FromStr for RoomKind {
    type Err = ErrorCode;

    fn from_str(text: &str) -> Result<Self, ErrorCode> {
        [Self::Public, Self::Group, Self::Direct]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(ErrorCode::RoomKindInvalid)
    }
}

/// One line of 1 to 80 characters, blanks at either end taken off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoomName(String);

impl RoomName {
    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        let text = text.trim();
        let length = text.chars().count();
        if (1..=80).contains(&length) && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ErrorCode::RoomNameInvalid)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a room is about just now: one line of up to 120 characters, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Topic(String);

impl Topic {
    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        let text = text.trim();
        if text.chars().count() <= 120 && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ErrorCode::TopicInvalid)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a room is for, in plain text of up to 2,000 characters on any number of lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Description(String);

impl Description {
    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        // Forms send line ends as CR LF; other controls show nothing.
        let shown = |c: &char| !c.is_control() || *c == '\n';
        let text: String = text.replace("\r\n", "\n").chars().filter(shown).collect();
        let text = text.trim();
        if text.chars().count() <= 2000 {
            Ok(Self(text.to_owned()))
        } else {
            Err(ErrorCode::DescriptionLong)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A room in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomSummary {
    pub room: Room,
    /// How many people are in it.
    pub members: i64,
    /// Whether the person who asks is one of them.
    pub joined: bool,
    /// Others' messages that are new to them, counted up to 100.
    #[serde(default)]
    pub unread: i64,
    /// How many of those name them, counted up to 100.
    #[serde(default)]
    pub mentions: i64,
    /// What they want to be told of; none in rooms of others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mute: Option<Mute>,
}

impl RoomSummary {
    /// How many new messages its member wants to be told of.
    pub fn told(&self) -> i64 {
        match self.mute {
            Some(Mute::All) => self.unread,
            Some(Mute::Mentions) => self.mentions,
            Some(Mute::None) | None => 0,
        }
    }
}

#[cfg(test)]
impl RoomSummary {
    /// A room of one's own in which nothing is new.
    pub(super) fn sample(name: &str) -> Self {
        Self {
            room: Room {
                id: RoomId::new(),
                name: RoomName::parse(name).expect("a test gives a name"),
                kind: RoomKind::Public,
            },
            members: 2,
            joined: true,
            unread: 0,
            mentions: 0,
            mute: Some(Mute::All),
        }
    }
}

/// A room that somebody has opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomView {
    pub room: Room,
    pub topic: Topic,
    pub description: Description,
    pub members: i64,
    /// Whether the person who asks may write here and hears what is new.
    pub joined: bool,
    /// What they may do beyond that; none for those who are no members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// They have read everything up to this place; none for those who are no members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<i64>,
    /// The place of the first message that is new to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<i64>,
    /// Whether it is a conversation of two in which nobody can write any more.
    #[serde(default)]
    pub ended: bool,
    /// Whom they have blocked, as far as these can write here.
    #[serde(default)]
    pub blocked: Vec<UserId>,
    /// Whose stage stands beside their name; none for those who are no members.
    #[serde(default)]
    pub badges: Vec<Badge>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_told_of_what_is_new_as_the_mute_level_says() {
        let told = |mute| {
            let summary = RoomSummary {
                unread: 5,
                mentions: 2,
                mute,
                ..RoomSummary::sample("Visa")
            };
            summary.told()
        };
        let levels = [
            Some(Mute::All),
            Some(Mute::Mentions),
            Some(Mute::None),
            None,
        ];
        assert_eq!(levels.map(told), [5, 2, 0, 0]);
    }

    #[test]
    fn only_a_conversation_says_that_the_other_account_was_deleted() {
        let room = |kind, name| Room {
            id: RoomId::new(),
            name: RoomName::parse(name).unwrap(),
            kind,
        };
        let title = |kind, name| room(kind, name).title(Locale::en);
        let left = "deleted_0123456789ab";
        assert_eq!(title(RoomKind::Direct, left), "deleted account");
        assert_eq!(title(RoomKind::Direct, "ana"), "ana");
        assert_eq!(title(RoomKind::Public, left), left);
    }

    #[test]
    fn a_room_name_is_one_line_of_up_to_80_characters() {
        assert_eq!(
            RoomName::parse("  K-1 · Manila ").unwrap().as_str(),
            "K-1 · Manila"
        );
        assert!(RoomName::parse(&"é".repeat(80)).is_ok());
        for bad in ["", "   ", "two\nlines", &"é".repeat(81)] {
            assert_eq!(RoomName::parse(bad), Err(ErrorCode::RoomNameInvalid));
        }
    }

    #[test]
    fn a_room_kind_has_the_same_name_everywhere() {
        for kind in [RoomKind::Public, RoomKind::Group, RoomKind::Direct] {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!(
            "secret".parse::<RoomKind>(),
            Err(ErrorCode::RoomKindInvalid)
        );
    }

    #[test]
    fn a_topic_is_one_line_of_up_to_120_characters_and_may_be_empty() {
        assert_eq!(Topic::parse("  "), Ok(Topic::default()));
        assert!(Topic::parse(&"é".repeat(120)).is_ok());
        for bad in ["two\nlines", &"é".repeat(121)] {
            assert_eq!(Topic::parse(bad), Err(ErrorCode::TopicInvalid));
        }
    }

    #[test]
    fn a_description_keeps_its_lines_and_has_up_to_2000_characters() {
        let described = Description::parse(" one\r\n\u{7}two ").unwrap();
        assert_eq!(described.as_str(), "one\ntwo");
        assert!(Description::parse(&"é".repeat(2000)).is_ok());
        assert_eq!(
            Description::parse(&"é".repeat(2001)),
            Err(ErrorCode::DescriptionLong)
        );
    }
}
