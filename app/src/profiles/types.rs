//! What a profile is made of, each part checked where it enters.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Choice, Choices};
use crate::{accounts::User, error::ErrorCode, ids::UserId, media::is_invisible};

/// Where somebody's page is.
pub fn profile_path(handle: &str) -> String {
    format!("/people/{handle}")
}

/// Where somebody's picture is fetched: what stands for one, for whoever may not see it. Small; with the
/// query `large` in its whole size.
pub fn picture_path(user: UserId) -> String {
    format!("/people/{user}/picture")
}

/// To whom something is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    Everyone,
    /// Who is signed in.
    Members,
    /// Who shares a room with its owner.
    #[default]
    Shared,
    Nobody,
}

impl Sight {
    pub const ALL: [Self; 4] = [Self::Everyone, Self::Members, Self::Shared, Self::Nobody];

    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Members => "members",
            Self::Shared => "shared",
            Self::Nobody => "nobody",
        }
    }
}

impl FromStr for Sight {
    type Err = ErrorCode;

    fn from_str(text: &str) -> Result<Self, ErrorCode> {
        let found = Self::ALL.into_iter().find(|sight| sight.as_str() == text);
        found.ok_or(ErrorCode::SightInvalid)
    }
}

/// Who is to see something, where that was chosen: a page that has stood open since its owner has hidden it
/// says who has seen it before, and does not show it again.
#[cfg(feature = "ssr")]
pub(super) fn chosen(seen: &str, was: Option<&str>) -> Result<Option<Sight>, ErrorCode> {
    let sight = seen.parse()?;
    Ok((was != Some(seen)).then_some(sight))
}

/// A profile, as its reader may see it: what is not told and what is hidden are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub user: User,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bio: Option<Told>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Choice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Choice>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// Whether the person who asks has blocked them.
    pub blocked: bool,
}

impl Profile {
    /// The name that stands above it.
    pub fn title(&self) -> String {
        if self.name.is_empty() {
            self.user.handle.to_string()
        } else {
            self.name.clone()
        }
    }
}

/// Markdown as it was written, and what it means where that is more than plain text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub text: String,
    /// Safe to show as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
}

/// A profile as its owner changes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnProfile {
    pub user: User,
    pub name: String,
    pub bio: String,
    /// Codes.
    pub languages: Vec<String>,
    /// A code; empty where none is told.
    pub country: String,
    pub links: Vec<String>,
    /// Whether there is one.
    pub picture: bool,
    pub seen: Seen,
    /// What there is to choose from.
    pub choices: Choices,
}

/// To whom each part is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    pub name: Sight,
    pub bio: Sight,
    pub languages: Sight,
    pub country: Sight,
    pub links: Sight,
    pub picture: Sight,
}

/// What somebody calls themselves beside their handle: one line of at most 50 characters, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName(String);

impl DisplayName {
    pub const MOST: usize = 50;

    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        let name = text.trim();
        let joins = ['\u{200c}', '\u{200d}'];
        let unsound = |c: char| turns_or_breaks(c) || is_unseen(c) && !joins.contains(&c);
        let sound = name.chars().count() <= Self::MOST
            && !name.contains(unsound)
            && !name.starts_with(joins)
            && !name.ends_with(joins)
            && (name.is_empty() || name.contains(is_seen));
        sound
            .then(|| Self(name.to_owned()))
            .ok_or(ErrorCode::DisplayNameInvalid)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Ends a line, or changes the direction of what stands beside it.
fn turns_or_breaks(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
            | '\u{feff}')
}

/// Takes no place, or an empty one.
fn is_unseen(c: char) -> bool {
    is_invisible(c)
        || matches!(c,
            '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{3164}'
            | '\u{ffa0}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e007f}')
}

/// Shows something by itself: neither a blank, nor a mark on what stands before it.
fn is_seen(c: char) -> bool {
    !c.is_whitespace()
        && !is_unseen(c)
        && !matches!(c,
            '\u{300}'..='\u{36f}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{e0100}'..='\u{e01ef}')
}

/// What somebody says about themselves, in Markdown: at most 1,000 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bio(String);

impl Bio {
    pub const MOST: usize = 1000;

    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        // Forms end lines with two characters.
        let text = text.replace("\r\n", "\n").replace(['\r', '\0'], "");
        let text = text.trim();
        if text.chars().count() > Self::MOST {
            return Err(ErrorCode::BioLong);
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where else somebody is found: at most five addresses of the web, each of at most 200 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links(Vec<String>);

impl Links {
    pub const MOST: usize = 5;
    const MOST_CHARACTERS: usize = 200;

    /// One on each line. What is no address without its scheme is one of `https`.
    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let links: Option<Vec<_>> = lines.map(link).collect();
        let links = links.filter(|links| links.len() <= Self::MOST);
        links.map(Self).ok_or(ErrorCode::LinksInvalid)
    }

    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

/// An address of the web, which names nobody before its host.
fn link(text: &str) -> Option<String> {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => ("https".to_owned(), text),
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (name, port) = host.split_once(':').unwrap_or((host, "443"));
    let labels = name.split('.').collect::<Vec<_>>();
    let named = labels.len() > 1 && labels.iter().all(|label| !label.is_empty());
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let sound = ["http", "https"].contains(&scheme.as_str())
        && named
        && name.chars().all(plain)
        && !port.is_empty()
        && port.chars().all(|c| c.is_ascii_digit());
    let broken = |c: char| {
        c.is_whitespace() || turns_or_breaks(c) || matches!(c, '"' | '\'' | '<' | '>' | '\\' | '`')
    };
    let link = format!("{scheme}://{rest}");
    let fits = link.chars().count() <= Links::MOST_CHARACTERS && !link.contains(broken);
    (sound && fits).then_some(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sights_have_the_same_names_everywhere() {
        for sight in Sight::ALL {
            assert_eq!(sight.as_str().parse(), Ok(sight));
            assert_eq!(serde_json::to_value(sight).unwrap(), sight.as_str());
        }
        assert_eq!("".parse::<Sight>(), Err(ErrorCode::SightInvalid));
    }

    #[test]
    fn a_display_name_is_one_short_line_that_turns_nothing_around() {
        let good = [
            "",
            " Ana María ",
            "山田 花子",
            "نادية",
            "سعید\u{200c}ی",
            "\u{1f468}\u{200d}\u{1f680}",
            "葛\u{e0100}城",
            "\u{2764}\u{fe0f}",
            &"x".repeat(50),
        ];
        for good in good {
            assert_eq!(DisplayName::parse(good).unwrap().as_str(), good.trim());
        }
        for bad in [
            "a\nb",
            "a\u{202e}b",
            "a\u{2066}b",
            "\u{200f}a",
            "a\0",
            "\u{3164}",
            "a\u{200b}b",
            "\u{2800}\u{2800}",
            "a\u{e0041}",
            "\u{ad}",
            "\u{200d}",
            "\u{200d}a",
            "a\u{200c}",
            "\u{301}",
            "\u{fe0f}",
            &"x".repeat(51),
        ] {
            let refused = Err(ErrorCode::DisplayNameInvalid);
            assert_eq!(DisplayName::parse(bad), refused, "{bad:?}");
        }
    }

    #[test]
    fn a_bio_keeps_its_lines_and_has_an_end() {
        assert_eq!(Bio::parse(" a\r\nb \0").unwrap().as_str(), "a\nb");
        assert_eq!(Bio::parse(&"x".repeat(1001)), Err(ErrorCode::BioLong));
    }

    #[test]
    fn links_lead_to_the_web_and_nowhere_else() {
        let links =
            Links::parse("\nhttps://a.example/x?y=1#z\r\n b.example \nHTTP://c.example:8080")
                .unwrap();
        let read = [
            "https://a.example/x?y=1#z",
            "https://b.example",
            "http://c.example:8080",
        ];
        assert_eq!(links.as_slice(), read);
        assert!(Links::parse(" \n ").unwrap().as_slice().is_empty());
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt://a.example/%0aalert(1)",
            "data:text/html,x",
            "//evil.example@",
            "https://bank.example@evil.example",
            "https://a.example/\"onclick=alert(1)",
            "https://localhost",
            "https://a..example",
            "https://a.example:",
            "https://a.example\\@evil.example",
            "mailto:a@b.example",
            "two words.example",
            "https://a.example/\u{202e}",
        ] {
            assert_eq!(Links::parse(bad), Err(ErrorCode::LinksInvalid), "{bad:?}");
        }
        let long = format!("https://a.example/{}", "x".repeat(200));
        assert_eq!(Links::parse(&long), Err(ErrorCode::LinksInvalid));
        let many = "a.example\n".repeat(6);
        assert_eq!(Links::parse(&many), Err(ErrorCode::LinksInvalid));
    }
}
