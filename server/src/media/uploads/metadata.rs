//! What the header `Upload-Metadata` says: pairs with commas between them, each a key and its value in
//! base64. Pure.

use app::{error::ErrorCode, ids::MediaId};
use axum::http::HeaderValue;
use base64::{Engine, engine::general_purpose::STANDARD};

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) name: String,
    pub(super) alt: String,
    pub(super) poster_of: Option<MediaId>,
    /// Whether the sender knows of the case numbers in `alt`. The value of this key does not matter.
    pub(super) knowing: bool,
}

impl Metadata {
    /// Other keys are ignored: what a file is, is not for its sender to say.
    pub(super) fn parse(header: Option<&HeaderValue>) -> Result<Self, ErrorCode> {
        let mut metadata = Self::default();
        let Some(header) = header else {
            return Ok(metadata);
        };
        let text = header.to_str().map_err(|_| ErrorCode::BadRequest)?;
        for pair in text.split(',').map(str::trim) {
            let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
            let value = STANDARD.decode(value.trim());
            let value = value.map_err(|_| ErrorCode::BadRequest)?;
            let value = String::from_utf8_lossy(&value).into_owned();
            match key {
                "filename" => metadata.name = value,
                "alt" => metadata.alt = value,
                "knowing" => metadata.knowing = true,
                "poster_of" => {
                    let video = value.parse().map_err(|_| ErrorCode::MediaUnknown)?;
                    metadata.poster_of = Some(video);
                }
                _ => {}
            }
        }
        Ok(metadata)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(header: &'static str) -> Result<Metadata, ErrorCode> {
        Metadata::parse(Some(&HeaderValue::from_static(header)))
    }

    #[test]
    fn names_and_words_are_read_and_the_rest_is_ignored() {
        let metadata = parse("filename YS5wbmc=, filetype aW1hZ2UvcG5n,is_draft,alt YSBsZXR0ZXI=");
        assert_eq!(
            metadata,
            Ok(Metadata {
                name: "a.png".into(),
                alt: "a letter".into(),
                poster_of: None,
                knowing: false,
            })
        );
        assert_eq!(Metadata::parse(None), Ok(Metadata::default()));
    }

    #[test]
    fn what_is_no_base64_or_no_id_is_refused() {
        assert_eq!(parse("filename a.png"), Err(ErrorCode::BadRequest));
        assert_eq!(parse("poster_of YQ=="), Err(ErrorCode::MediaUnknown));
    }
}
