//! What a message answers, above it: a reference, so that it is always as the original now is.

use leptos::prelude::*;

use super::{Reading, place_path};
use crate::{
    ids::RoomId,
    words::i18n::{t_string, use_i18n},
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
    let said = Memo::new(move |_| {
        let timeline = timeline.try_read()?;
        let original = timeline.at(place)?;
        let words: String = original.body.chars().take(MOST).collect();
        Some((original.sender.handle.to_string(), words, original.deleted))
    });
    let author = move || said.read().as_ref().map(|(author, ..)| author.clone());
    let words = move || match &*said.read() {
        // It is not loaded, or was said before the reader came.
        None => t_string!(i18n, messages.answers_earlier).to_owned(),
        Some((.., true)) => t_string!(i18n, messages.deleted).to_owned(),
        Some((_, words, _)) => words.clone(),
    };
    view! {
        <a class="quote" href=place_path(room, place) data-place=place rel="external">
            <span class="author">{author}</span>
            " "
            <span dir="auto">{words}</span>
        </a>
    }
}
