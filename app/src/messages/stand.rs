//! Where a reader was, kept for the browser's entry of the page: Back and a reload lead there again.
//!
//! The entry holds a name, and the session's storage what is kept under it: that can still be written
//! while the page is left, when the browser is at another entry already.

use leptos::{prelude::*, wasm_bindgen::JsValue, web_sys::Storage};
use uuid::Uuid;

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
        let kept = storage()?.get_item(&entry(path)?).ok()??;
        Self::parse(&kept)
    }

    /// Keeps where the reader of an entry is, below the upper edge; none: at the end.
    pub(super) fn keep(stand: Option<Self>, entry: &str) {
        if let Some(storage) = storage() {
            // Without room in the storage the page opens as if it were new.
            let _ = match stand {
                Some(stand) => storage.set_item(entry, &stand.write()),
                None => storage.remove_item(entry),
            };
        }
    }

    /// To the pixel: writing fractions would take a browser more than the rest of this.
    fn write(self) -> String {
        #[expect(clippy::cast_possible_truncation, reason = "a window is not that high")]
        let at = self.at as i64;
        format!("{} {at}", self.place)
    }

    fn parse(kept: &str) -> Option<Self> {
        let (place, at) = kept.split_once(' ')?;
        Some(Self {
            place: place.parse().ok()?,
            at: at.parse::<i32>().ok()?.into(),
        })
    }
}

/// Names the browser's entry of the page at this path, unless it has a name.
pub(super) fn name_entry(path: &str) -> Option<String> {
    if let Some(name) = entry(path) {
        return Some(name);
    }
    let name = format!("{path} {}", Uuid::now_v7());
    let history = window().history().ok()?;
    history
        .replace_state(&JsValue::from_str(&name), "")
        .ok()
        .map(|()| name)
}

/// The name of the browser's entry, if it is that of the page at this path: while a page is opened,
/// the entry may still be that of the page before.
fn entry(path: &str) -> Option<String> {
    let state = window().history().ok()?.state().ok()?;
    state.as_string().filter(|name| names(name, path))
}

fn names(name: &str, path: &str) -> bool {
    let rest = name.strip_prefix(path);
    rest.is_some_and(|rest| rest.starts_with(' '))
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_reader_was_is_read_as_it_was_written() {
        let stand = Stand {
            place: 42,
            at: -3.0,
        };
        assert_eq!(Stand::parse(&stand.write()), Some(stand));
        assert_eq!(Stand::parse("42"), None);
    }

    #[test]
    fn an_entry_is_that_of_its_own_page_only() {
        assert!(names("/rooms/1?at=40 x", "/rooms/1?at=40"));
        assert!(!names("/rooms/1?at=40 x", "/rooms/1"));
        assert!(!names("/rooms/1?at=40 x", "/rooms/1?at=4"));
    }
}
