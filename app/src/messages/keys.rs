//! Going from message to message by keyboard. The list is one stop of the Tab key; the arrows, Home
//! and End move within it, Enter and the menu key open the menu of a message. From there the Tab key goes
//! on to what the message shows.

use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

use super::actions::{Actions, Ask, place_of};

/// Where a key leads in a list of `count`: pure. From nowhere, it leads to the last.
pub(super) fn step(key: &str, at: Option<usize>, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    match (key, at) {
        ("Home", _) => Some(0),
        ("End", _) | ("ArrowUp" | "ArrowDown", None) => Some(last),
        ("ArrowUp", Some(at)) => Some(at.saturating_sub(1)),
        ("ArrowDown", Some(at)) => Some(last.min(at + 1)),
        _ => None,
    }
}

/// Gives the list its keys.
pub(super) fn listen(actions: Actions) {
    // The message that was focused last, by the id of its row.
    let left_at = StoredValue::new(String::new());
    // Its value, the listener, lives as long as the layer.
    Effect::new(move |_: Option<Option<_>>| {
        let on_key = move |event: KeyboardEvent| {
            if !event.ctrl_key() && !event.meta_key() && !event.alt_key() {
                on_key(actions, &event, left_at);
            }
        };
        let list = actions.scroller.get();
        list.map(|list| list.on(ev::keydown, on_key))
    });
    // Wherever the Tab key comes from, it does not stop at what stands in a message: only at the pictures,
    // videos and files of the one that it leaves.
    let leaving = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Tab" {
            each(
                ".message:not(.pending) :is(a[href], summary, video)",
                |link| {
                    link.set_tab_index(-1);
                },
            );
            each(".message:focus-within .media :is(a, video)", |link| {
                link.set_tab_index(0);
            });
        }
    });
    on_cleanup(move || leaving.remove());
}

fn on_key(actions: Actions, event: &KeyboardEvent, left_at: StoredValue<String>) {
    let target = event_target::<Element>(event);
    // Its controls have keys of their own.
    if target.matches("video") == Ok(true) {
        return;
    }
    let key = event.key();
    let opens = match key.as_str() {
        "Enter" => target.matches(".message") == Ok(true),
        "F10" => event.shift_key(),
        key => key == "ContextMenu",
    };
    if opens && let Some(place) = place_of(&target) {
        event.prevent_default();
        // What is hidden is shown first.
        match target.query_selector(".veil:not([open]) summary") {
            Ok(Some(veil)) => veil.unchecked_into::<HtmlElement>().click(),
            _ => actions.ask(Ask::Menu(place)),
        }
        return;
    }
    let mut rows = Vec::new();
    each(".message:not(.pending)", |row| rows.push(row));
    let here = target.closest(".message").ok().flatten();
    let id = here.map_or_else(|| left_at.get_value(), |row| row.id());
    let at = rows.iter().position(|row| row.id() == id);
    if let Some(row) = step(&key, at, rows.len()).and_then(|to| rows.get(to)) {
        event.prevent_default();
        left_at.set_value(row.id());
        let _ = row.focus();
    }
}

/// Focuses the message at a place once its row has been drawn anew.
pub(super) fn focus_soon(place: i64) {
    request_animation_frame(move || {
        each(&format!("#m{place}"), |row| {
            let _ = row.focus();
        });
    });
}

fn each(selector: &str, mut then: impl FnMut(HtmlElement)) {
    if let Ok(found) = document().query_selector_all(selector) {
        let found = (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok());
        found.for_each(&mut then);
    }
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn the_keys_lead_through_a_list_and_not_out_of_it() {
        assert_eq!(step("ArrowUp", None, 3), Some(2), "the newest comes first");
        assert_eq!(step("ArrowUp", Some(2), 3), Some(1));
        assert_eq!(step("ArrowUp", Some(0), 3), Some(0));
        assert_eq!(step("ArrowDown", Some(2), 3), Some(2));
        assert_eq!(step("Home", Some(2), 3), Some(0));
        assert_eq!(step("End", Some(0), 3), Some(2));
        assert_eq!(step("a", Some(0), 3), None);
        assert_eq!(step("Home", None, 0), None);
    }
}
