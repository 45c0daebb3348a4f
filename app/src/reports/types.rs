//! What a report says.

use std::str::FromStr;

use crate::{
    error::ErrorCode,
    ids::{MessageId, UserId},
};

/// What is reported, in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Message(MessageId),
    Person(UserId),
    /// The room itself.
    Room,
}

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    Scam,
    Harassment,
    Hate,
    PersonalData,
    FalseInformation,
    Spam,
    Other,
}

impl Category {
    /// In the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::Scam,
        Self::Harassment,
        Self::Hate,
        Self::PersonalData,
        Self::FalseInformation,
        Self::Spam,
        Self::Other,
    ];

    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scam => "scam",
            Self::Harassment => "harassment",
            Self::Hate => "hate",
            Self::PersonalData => "personal_data",
            Self::FalseInformation => "false_information",
            Self::Spam => "spam",
            Self::Other => "other",
        }
    }
}

impl FromStr for Category {
    type Err = ErrorCode;

    fn from_str(text: &str) -> Result<Self, ErrorCode> {
        Self::ALL
            .into_iter()
            .find(|category| category.as_str() == text)
            .ok_or(ErrorCode::CategoryInvalid)
    }
}

/// What the reporter has to say about it: up to 1,000 characters on any number of lines, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Note(String);

impl Note {
    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        // Forms send line ends as CR LF; other controls show nothing.
        let shown = |c: &char| !c.is_control() || *c == '\n';
        let text: String = text.replace("\r\n", "\n").chars().filter(shown).collect();
        let text = text.trim();
        if text.chars().count() <= 1000 {
            Ok(Self(text.to_owned()))
        } else {
            Err(ErrorCode::NoteLong)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_has_the_same_name_everywhere() {
        for category in Category::ALL {
            assert_eq!(category.as_str().parse(), Ok(category));
        }
        assert_eq!("".parse::<Category>(), Err(ErrorCode::CategoryInvalid));
    }

    #[test]
    fn a_note_keeps_its_lines_and_has_up_to_1000_characters() {
        let note = Note::parse(" one\r\n\u{7}two ").unwrap();
        assert_eq!(note.as_str(), "one\ntwo");
        assert_eq!(Note::parse(" "), Ok(Note::default()));
        assert!(Note::parse(&"é".repeat(1000)).is_ok());
        assert_eq!(Note::parse(&"é".repeat(1001)), Err(ErrorCode::NoteLong));
    }
}
