//! How the HTTP doors read their input and write their answers: one codec for each, because a server
//! function has exactly one.

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use server_fn::{ContentType, Decodes, Encodes, Format, FormatType, codec::Post};

/// The input of every server function: a `POST` whose body is a form or a JSON object.
pub type Door = Post<FormOrJson>;

/// A body that is a form (`a=1&b=2`) or a JSON object (`{"a":1,"b":2}`). Unknown fields are ignored.
///
/// The two cannot be confused: a form as browsers write it never starts with a brace.
pub struct FormOrJson;

impl ContentType for FormOrJson {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for FormOrJson {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for FormOrJson {
    type Error = serde_json::Error;

    fn encode(input: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(input).map(Bytes::from)
    }
}

/// The answer of every server function, errors too: JSON.
pub type Answer = Post<JsonText>;

/// JSON that is read as text, as frames and what a page brings along are: in the browser each way of
/// reading is code of its own for every type that is read.
pub struct JsonText;

impl ContentType for JsonText {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for JsonText {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for JsonText {
    type Error = serde_json::Error;

    fn encode(output: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(output).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for JsonText {
    type Error = serde_json::Error;

    fn decode(body: Bytes) -> Result<T, Self::Error> {
        // What is no UTF-8 is no JSON either.
        serde_json::from_str(std::str::from_utf8(&body).unwrap_or_default())
    }
}

/// Why a body could not be read. The text is the library's; it names the field, and goes to programs.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Form(#[from] serde_qs::Error),
}

impl<T: DeserializeOwned> Decodes<T> for FormOrJson {
    type Error = Unreadable;

    fn decode(body: Bytes) -> Result<T, Self::Error> {
        if body.trim_ascii_start().starts_with(b"{") {
            Ok(serde_json::from_slice(&body)?)
        } else {
            // Browsers write the brackets of a list as `%5B` and `%5D`.
            Ok(serde_qs::Config::new(5, false).deserialize_bytes(&body)?)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Input {
        room: String,
        before: Option<i64>,
    }

    fn decode(body: &'static str) -> Result<Input, Unreadable> {
        FormOrJson::decode(Bytes::from_static(body.as_bytes()))
    }

    #[test]
    fn a_form_and_json_are_read_alike() {
        let wanted = Input {
            room: "a b".into(),
            before: Some(7),
        };
        assert_eq!(decode("room=a+b&before=7").unwrap(), wanted);
        assert_eq!(decode(r#" {"room":"a b","before":7} "#).unwrap(), wanted);
    }

    #[test]
    fn a_list_is_read_from_fields_of_one_name() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Lists {
            list: Vec<String>,
        }
        for body in [
            "list%5B%5D=a&list%5B%5D=b",
            "list[]=a&list[]=b",
            r#"{"list":["a","b"]}"#,
        ] {
            let read: Lists = FormOrJson::decode(Bytes::from_static(body.as_bytes())).unwrap();
            assert_eq!(read.list, ["a", "b"], "{body}");
        }
    }

    #[test]
    fn unknown_fields_are_ignored_and_optional_ones_may_be_missing() {
        let wanted = Input {
            room: "r".into(),
            before: None,
        };
        assert_eq!(decode("room=r&role=owner").unwrap(), wanted);
        assert_eq!(decode(r#"{"room":"r","seq":1}"#).unwrap(), wanted);
    }

    #[test]
    fn a_missing_field_is_named() {
        assert!(decode("before=7").unwrap_err().to_string().contains("room"));
        assert!(decode("{}").unwrap_err().to_string().contains("room"));
    }
}
