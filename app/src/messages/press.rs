//! The other ways to the menu: the right button, and a finger that rests on a message.

use std::time::Duration;

use leptos::{
    ev::{self, MouseEvent, PointerEvent},
    prelude::*,
    web_sys::Element,
};

use super::actions::{Actions, Ask, place_of};

/// How long a finger rests.
const LONG: Duration = Duration::from_millis(500);

/// How far it may move meanwhile, in CSS pixels.
const STILL: i32 = 10;

/// Makes the list listen to them.
pub(super) fn listen(actions: Actions) {
    // Where the finger is down. Numbered: the timer of an earlier touch does not end this one.
    let down = StoredValue::new(None::<(u32, i32, i32)>);
    let touches = StoredValue::new(0);
    let on_context = move |event: MouseEvent| {
        if let Some(place) = place_under(&event)
            && !event.shift_key()
            && !has_selection()
        {
            event.prevent_default();
            actions.ask(Ask::Menu(place));
        }
    };
    let on_down = move |event: PointerEvent| {
        if let Some(place) = place_under(&event)
            && event.pointer_type() == "touch"
        {
            touches.update_value(|touches| *touches += 1);
            let touch = (touches.get_value(), event.client_x(), event.client_y());
            down.set_value(Some(touch));
            let rested = move || {
                if down.try_get_value() == Some(Some(touch)) {
                    clear_selection();
                    actions.ask(Ask::Menu(place));
                }
            };
            set_timeout(rested, LONG);
        }
    };
    let on_move = move |event: PointerEvent| {
        let moved = |(_, x, y): (u32, i32, i32)| {
            (event.client_x() - x).abs() > STILL || (event.client_y() - y).abs() > STILL
        };
        if down.get_value().is_some_and(moved) {
            down.set_value(None);
        }
    };
    // Its value, the listeners, lives as long as the layer.
    Effect::new(move |_: Option<Option<[_; 5]>>| {
        let list = actions.scroller.get()?;
        Some([
            list.on(ev::contextmenu, on_context),
            list.on(ev::pointerdown, on_down),
            list.on(ev::pointermove, on_move),
            list.on(ev::pointerup, move |_| down.set_value(None)),
            list.on(ev::pointercancel, move |_| down.set_value(None)),
        ])
    });
}

/// The message under the pointer, if there is a menu for it. Links and videos have the browser's own menu.
fn place_under(event: &MouseEvent) -> Option<i64> {
    let target = event_target::<Element>(event);
    let own = target.closest("a:not(.more), video").ok().flatten();
    own.is_none().then(|| place_of(&target)).flatten()
}

/// Somebody who has marked words gets the browser's menu, which can copy them.
fn has_selection() -> bool {
    let selection = window().get_selection().ok().flatten();
    selection.is_some_and(|selection| !selection.is_collapsed())
}

/// A finger that rests marks a word as well.
fn clear_selection() {
    if let Ok(Some(selection)) = window().get_selection() {
        let _ = selection.remove_all_ranges();
    }
}
