//! What is known of media, and the rules for what people call them.

use std::{collections::HashSet, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    error::ErrorCode,
    ids::MediaId,
    journeys::{Care, mask_case_numbers},
};

/// How many pictures, videos and files a message may show.
pub const MOST_SHOWN: usize = 10;

/// Something that a message shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: MediaId,
    pub kind: MediaKind,
    /// What its sender's machine calls it.
    pub name: String,
    /// What it is served as.
    pub mime: String,
    /// In pixels, as it is shown; of pictures and videos.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<i32>,
    /// How many bytes its largest form has.
    pub size: i64,
    /// A few pixels of it as a data URL, to be shown, blurred, until it is there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub placeholder: String,
    /// What it shows, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub alt: String,
    /// In milliseconds; of videos.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<i64>,
    /// Whether a still of the video can be had as [`Variant::Poster`].
    #[serde(default, skip_serializing_if = "is_false")]
    pub poster: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl Attachment {
    /// Where one of its forms is fetched.
    pub fn path(&self, variant: Variant) -> String {
        format!("/media/{}/{}", self.id, variant.as_str())
    }

    /// Whether what is behind it can be seen through it: other pictures are kept as JPEG.
    pub fn is_clear(&self) -> bool {
        self.mime == "image/webp"
    }

    /// Where all of it is fetched.
    pub fn whole(&self) -> String {
        self.path(self.kind.whole())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A picture that was made anew: [`Variant::Small`] and [`Variant::Large`].
    Image,
    /// A video that browsers play: [`Variant::Original`], and perhaps [`Variant::Poster`].
    Video,
    /// Anything else, to be saved: [`Variant::Original`].
    File,
}

impl MediaKind {
    pub const ALL: [Self; 3] = [Self::Image, Self::Video, Self::File];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::File => "file",
        }
    }

    /// Its largest form.
    pub fn whole(self) -> Variant {
        match self {
            Self::Image => Variant::Large,
            Self::Video | Self::File => Variant::Original,
        }
    }
}

/// One of the forms in which media are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variant {
    /// At most 640 pixels on either side.
    Small,
    /// At most 1,600 pixels on either side.
    Large,
    /// As it came in; of a video without what tells of places and devices.
    Original,
    /// A still of a video, at most 1,600 pixels on either side.
    Poster,
}

impl Variant {
    pub const ALL: [Self; 4] = [Self::Small, Self::Large, Self::Original, Self::Poster];

    /// The name in addresses and stores.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Large => "large",
            Self::Original => "original",
            Self::Poster => "poster",
        }
    }
}

impl FromStr for Variant {
    type Err = ErrorCode;

    fn from_str(text: &str) -> Result<Self, ErrorCode> {
        let found = Self::ALL.into_iter().find(|form| form.as_str() == text);
        found.ok_or(ErrorCode::MediaUnknown)
    }
}

/// What a message is to show: each once, and not too many.
pub fn shown(media: Vec<MediaId>) -> Result<Vec<MediaId>, ErrorCode> {
    let mut known = HashSet::new();
    let media: Vec<_> = media.into_iter().filter(|id| known.insert(*id)).collect();
    if media.len() > MOST_SHOWN {
        Err(ErrorCode::MediaMany)
    } else {
        Ok(media)
    }
}

/// What a file is called: one name, of at most 120 characters, without what leads elsewhere, ends a line,
/// or turns the direction of writing around.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// The most characters that it may have.
    pub const MOST: usize = 120;

    /// Makes one of whatever a machine calls a file. What is too long loses its middle, and keeps its end.
    pub fn of(text: &str) -> Self {
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let plain = last.chars().filter_map(|c| match c {
            _ if c.is_control() || is_invisible(c) => None,
            '"' | '<' | '>' | ':' | '|' | '?' | '*' => Some('_'),
            _ => Some(c),
        });
        // Scans are often called by the case that they belong to.
        let plain = mask_case_numbers(&plain.collect::<String>());
        let name = plain.trim_matches([' ', '.']);
        let count = name.chars().count();
        Self(match count {
            0 => "file".to_owned(),
            1..=Self::MOST => name.to_owned(),
            _ => {
                let end: String = name.chars().skip(count - 20).collect();
                let start = name.chars().take(Self::MOST - 21);
                start.chain("…".chars()).chain(end.chars()).collect()
            }
        })
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Marks that are not seen and change how what is around them reads.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// What media show, in words: at most 1,000 characters, one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AltText(String);

impl AltText {
    pub const MOST: usize = 1000;

    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        let words = text.split(|c: char| c.is_whitespace() || c.is_control());
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        let text = words.join(" ");
        if text.chars().count() > Self::MOST {
            return Err(ErrorCode::AltLong);
        }
        Ok(Self(text))
    }

    /// The same, as it may be sent if there are case numbers in it.
    pub fn with(self, care: Care) -> Result<Self, ErrorCode> {
        care.take(self.0).map(Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_32_a_file_name_leads_nowhere_and_shows_what_it_is() {
        for (given, name) in [
            ("letter.pdf", "letter.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ana\\visa.pdf", "visa.pdf"),
            ("a\r\nSet-Cookie: x=y.pdf", "aSet-Cookie_ x=y.pdf"),
            ("evil\u{202e}fdp.exe", "evilfdp.exe"),
            ("a\"; filename=\"b.html", "a_; filename=_b.html"),
            ("..", "file"),
            ("", "file"),
            ("\u{200f}\u{0}", "file"),
            ("ビザ.jpg", "ビザ.jpg"),
        ] {
            assert_eq!(FileName::of(given).as_str(), name, "{given:?}");
        }
        let long = FileName::of(&format!("{}.jpeg", "語".repeat(300)));
        assert_eq!(long.as_str().chars().count(), FileName::MOST);
        assert!(long.as_str().ends_with("語.jpeg"));
    }

    #[test]
    fn a_message_shows_each_of_its_media_once_and_at_most_ten() {
        let id = MediaId::new();
        assert_eq!(shown(vec![id, id]), Ok(vec![id]));
        let many = (0..11).map(|_| MediaId::new()).collect();
        assert_eq!(shown(many), Err(ErrorCode::MediaMany));
    }

    #[test]
    fn words_for_those_who_cannot_see_are_one_line() {
        assert_eq!(
            AltText::parse(" a\r\nletter ").unwrap().as_str(),
            "a letter"
        );
        assert_eq!(AltText::parse(&"x".repeat(1001)), Err(ErrorCode::AltLong));
    }
}
