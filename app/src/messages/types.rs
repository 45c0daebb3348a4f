//! What is stored, sent and shown.

use serde::{Deserialize, Serialize};

use crate::{
    accounts::User,
    error::ErrorCode,
    ids::{ClientId, MessageId, RoomId, UserId},
    journeys::Care,
    media::Attachment,
    rooms::Room,
};

/// One row of a room's history, as it now is. Nothing in it depends on who reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    /// Its place: the room's sequence number when it was posted.
    pub seq: i64,
    /// The room's sequence number when it last changed.
    pub version: i64,
    pub kind: MessageKind,
    pub sender: User,
    /// The sender's own name for it; finds the optimistic row again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// As it was written. Empty for what was deleted, and for most system lines.
    pub body: String,
    /// The body as HTML that is safe to show, where it is more than plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// The place of the message that it answers. Who may not see that place is told no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<i64>,
    /// The pictures, videos and files that it shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<Attachment>,
    /// In the order in which each was first given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub pinned: bool,
    /// Whether its words were changed since it was sent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub edited: bool,
    /// Taken back: its place stays, its words are gone.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deleted: bool,
    /// Milliseconds since 1970, by the database's clock.
    pub sent_at: i64,
}

impl Message {
    /// Takes back all that was said in it. Its place stays.
    pub fn erase(&mut self) {
        self.body.clear();
        self.html = None;
        self.reply_to = None;
        self.media.clear();
        self.reactions.clear();
        self.pinned = false;
        self.deleted = true;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Somebody said something.
    Text,
    /// System line: the sender opened the room.
    Created,
    /// System line: the sender joined.
    Joined,
    /// System line: the sender left.
    Left,
    /// System line: the sender was removed from the room by those who keep order in it.
    Removed,
    /// System line: the sender was removed, and is kept out.
    Banned,
    /// System line: the sender gave the room the name that is its body.
    Renamed,
    /// System line: the sender gave the room the topic that is its body.
    Topic,
}

/// All who answered a message with the same emoji.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    pub emoji: Emoji,
    /// How many people.
    pub count: i64,
    /// The first 100 of them, in the order in which they came.
    pub people: Vec<User>,
}

impl Reaction {
    /// Whether somebody is among those who are named.
    pub fn is_of(&self, user: UserId) -> bool {
        self.people.iter().any(|person| person.id == user)
    }
}

/// One emoji, as text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Emoji(String);

impl Emoji {
    /// Takes one that Unicode knows.
    #[cfg(feature = "ssr")]
    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        emojis::get(text.trim())
            .map(|emoji| Self(emoji.as_str().to_owned()))
            .ok_or(ErrorCode::EmojiInvalid)
    }

    /// One that the server is yet to judge.
    pub(super) fn unjudged(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl MessageKind {
    pub const ALL: [Self; 8] = [
        Self::Text,
        Self::Created,
        Self::Joined,
        Self::Left,
        Self::Removed,
        Self::Banned,
        Self::Renamed,
        Self::Topic,
    ];

    /// Whether the line says that its sender is no longer in the room.
    pub fn ends_membership(self) -> bool {
        matches!(self, Self::Left | Self::Removed | Self::Banned)
    }

    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Created => "created",
            Self::Joined => "joined",
            Self::Left => "left",
            Self::Removed => "removed",
            Self::Banned => "banned",
            Self::Renamed => "renamed",
            Self::Topic => "topic",
        }
    }
}

/// What a person says: 1 to 4,000 characters (Unicode scalar values), blank lines and spaces at
/// either end taken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body(String);

impl Body {
    /// The most characters that a message may have.
    pub const MOST: usize = 4000;

    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        // Forms send line ends as CR LF; the socket sends them as LF. Other controls show nothing,
        // and one of them no database can hold.
        let shown = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
        let text: String = text.replace("\r\n", "\n").chars().filter(shown).collect();
        let text = text.trim().to_owned();
        match text.chars().count() {
            0 => Err(ErrorCode::BodyEmpty),
            1..=Self::MOST => Ok(Self(text)),
            _ => Err(ErrorCode::BodyLong),
        }
    }

    /// What a person says beside so many pictures, videos or files: where there are any, it may be
    /// nothing.
    pub fn beside(text: &str, media: usize) -> Result<Self, ErrorCode> {
        match Self::parse(text) {
            Err(ErrorCode::BodyEmpty) if media > 0 => Ok(Self(String::new())),
            body => body,
        }
    }

    /// What is to be said instead of what was said. Whether that may be nothing is known with the message.
    pub fn anew(text: &str) -> Result<Self, ErrorCode> {
        Self::beside(text, 1)
    }

    /// The same, as it may be sent if there are case numbers in it.
    pub fn with(self, care: Care) -> Result<Self, ErrorCode> {
        care.take(self.0).map(Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The address that shows a place of a room, with what stands around it.
pub(super) fn place_path(room: RoomId, place: i64) -> String {
    format!("/rooms/{room}?at={place}#m{place}")
}

/// Consecutive changes of a room: all that took a number from `first_seq` to `last_seq`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    pub room: RoomId,
    pub first_seq: i64,
    pub last_seq: i64,
    pub items: Vec<Message>,
}

/// A stretch of history, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub messages: Vec<Message>,
    /// The room's last sequence number, read in the same snapshot as the messages.
    pub head: i64,
    /// Ask for the page before this place to read on; none when this is the beginning.
    pub before: Option<i64>,
    /// Ask for the page after this place to read on; none when this is the present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
    /// Messages that those of the page answer and that stand elsewhere, as far as the reader may see
    /// them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quoted: Vec<Message>,
}

/// Which stretch of history a page is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stretch {
    Newest,
    Before(i64),
    After(i64),
    /// What stands before and after a place, and it itself.
    Around(i64),
}

/// A message that names the person who asks, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    pub room: Room,
    pub message: Message,
}

/// The answer of a change of a message that is there: `{seq, message, place}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The sequence number of its last change.
    pub seq: i64,
    pub message: MessageId,
    /// Where it stands in the room.
    pub place: i64,
}

/// The answer of a send: `{id, seq, message}`. It is given after the commit, never before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The client's id.
    pub id: ClientId,
    pub seq: i64,
    /// The server's id.
    pub message: MessageId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_1_to_4000_characters_however_many_bytes() {
        assert!(Body::parse(&"語".repeat(4000)).is_ok());
        assert_eq!(Body::parse(&"語".repeat(4001)), Err(ErrorCode::BodyLong));
        assert_eq!(Body::parse(" \n "), Err(ErrorCode::BodyEmpty));
    }

    #[test]
    fn a_body_may_be_empty_beside_media_alone() {
        assert_eq!(Body::beside(" ", 1).unwrap().as_str(), "");
        assert_eq!(Body::beside(" ", 0), Err(ErrorCode::BodyEmpty));
        assert_eq!(Body::beside(&"x".repeat(4001), 1), Err(ErrorCode::BodyLong));
    }

    #[test]
    fn a_body_keeps_lines_and_tabs_and_no_other_controls() {
        assert_eq!(
            Body::parse("a\u{0}b\u{7}\n\tc").unwrap().as_str(),
            "ab\n\tc"
        );
        assert_eq!(Body::parse("\u{0}"), Err(ErrorCode::BodyEmpty));
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn an_emoji_is_one_that_unicode_knows() {
        for good in ["👍", "❤️", "👩‍👩‍👧", "🇵🇭", "👍🏽", " 🎉 "] {
            assert_eq!(Emoji::parse(good).unwrap().as_str(), good.trim());
        }
        for bad in ["", "a", "ok", "👍👍", "<b>", "👍x"] {
            assert_eq!(Emoji::parse(bad), Err(ErrorCode::EmojiInvalid), "{bad}");
        }
    }

    #[test]
    fn a_body_from_a_form_is_the_same_as_one_from_the_socket() {
        assert_eq!(Body::parse("one\r\ntwo"), Body::parse("one\ntwo"));
    }
}
