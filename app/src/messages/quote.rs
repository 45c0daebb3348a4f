//! What a message answers, above it: a reference, so that it is always as the original now is.

use html_escape::encode_double_quoted_attribute as escaped;
use leptos::prelude::*;

use super::{Reading, place_path};
use crate::{
    ids::RoomId,
    media::{summary, thumbnail},
    words::{
        self,
        i18n::{t_string, use_i18n},
    },
};

/// How many characters of the original are shown.
const MOST: usize = 120;

#[component]
pub(super) fn Quote(
    room: RoomId,
    /// Of the original.
    place: i64,
) -> impl IntoView {
    let i18n = use_i18n();
    let timeline = Reading::expect().timeline;
    // Read anew with every change of the timeline: there are few quotes, and a memo of its own for
    // them is more than that costs.
    let said = move || {
        let timeline = timeline.try_read();
        let original = timeline.as_ref().and_then(|timeline| {
            let original = timeline.at(place)?;
            Some((original, timeline.hidden().has(original.sender.id)))
        });
        let (mut author, mut picture) = (String::new(), String::new());
        let words = match original {
            // It is not loaded, or was said before the reader came.
            None => t_string!(i18n, messages.answers_earlier).to_owned(),
            Some((_, true)) => t_string!(i18n, messages.hidden).to_owned(),
            Some((original, false)) => {
                author = words::name(i18n, &original.sender.handle);
                picture = thumbnail(&original.media);
                if original.deleted {
                    t_string!(i18n, messages.deleted).to_owned()
                } else if original.body.is_empty() {
                    summary(i18n, &original.media)
                } else {
                    original.body.chars().take(MOST).collect()
                }
            }
        };
        let (author, words) = (escaped(&author), escaped(&words));
        // As text, for the same reason as what stands in the gallery.
        format!(r#"{picture}<span class="author">{author}</span> <span dir="auto">{words}</span>"#)
    };
    view! {
        <a
            class="quote"
            href=place_path(room, place)
            data-place=place
            rel="external"
            inner_html=said
        ></a>
    }
}
