//! Where a reader was, kept in the browser's entry of the page: Back and a reload lead there again.

use leptos::{prelude::*, wasm_bindgen::JsValue};

/// A row, and where it stands, in CSS pixels from an edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stand {
    pub(super) place: i64,
    pub(super) at: f64,
}

impl Stand {
    /// The row's place.
    pub fn place(self) -> i64 {
        self.place
    }

    /// Where the reader of the page at this path was, below the upper edge.
    pub fn recall(path: &str) -> Option<Self> {
        if cfg!(feature = "ssr") {
            return None;
        }
        let state = window().history().ok()?.state().ok()?;
        Self::parse(&state.as_string()?, path)
    }

    /// Writes down where the reader of this page is, below the upper edge; none: at the end.
    pub(super) fn keep(stand: Option<Self>, path: &str) {
        let state = stand.map_or(JsValue::NULL, |stand| stand.write(path).into());
        if let Ok(history) = window().history() {
            let _ = history.replace_state(&state, "");
        }
    }

    /// To the pixel: writing fractions would take a browser more than the rest of this.
    fn write(self, path: &str) -> String {
        #[expect(clippy::cast_possible_truncation, reason = "a window is not that high")]
        let at = self.at as i64;
        format!("{path} {} {at}", self.place)
    }

    /// An entry that was left for another page still has that page's state.
    fn parse(state: &str, path: &str) -> Option<Self> {
        let (place, at) = state
            .strip_prefix(path)?
            .strip_prefix(' ')?
            .split_once(' ')?;
        Some(Self {
            place: place.parse().ok()?,
            at: at.parse::<i32>().ok()?.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_reader_was_is_known_again_on_the_same_page_only() {
        let stand = Stand {
            place: 42,
            at: -3.0,
        };
        let state = stand.write("/rooms/1?at=40");
        assert_eq!(Stand::parse(&state, "/rooms/1?at=40"), Some(stand));
        assert_eq!(Stand::parse(&state, "/rooms/1"), None);
        assert_eq!(Stand::parse("/rooms/1 42", "/rooms/1"), None);
    }
}
