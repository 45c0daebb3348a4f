//! The card of whoever has written a message: beside their name while one points at it or has gone to it,
//! and as a dialog for who presses it.

use std::time::Duration;

use leptos::{
    ev::{self, KeyboardEvent, MouseEvent},
    html,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

use super::{
    Face, Profile, find_profile,
    page::{WriteTo, said_of_oneself},
    profile_path,
};
use crate::{
    error::ErrorCode,
    ids::UserId,
    live::Live,
    words::i18n::{t, use_i18n},
};

/// How long one points at a name before its card is there.
const MOMENT: Duration = Duration::from_millis(500);

/// How long it stays when one points elsewhere: the way to it leads over something else.
const LINGER: Duration = Duration::from_millis(300);

/// How wide it is, and how high it may well be, in CSS pixels.
const WIDTH: f64 = 304.0;
const HEIGHT: f64 = 280.0;

/// What it is about to do. Copied freely.
#[derive(Clone, Copy)]
struct Card {
    dialog: NodeRef<html::Dialog>,
    profile: RwSignal<Option<Profile>>,
    /// Counts what one has pointed at: what was begun for something else comes to nothing.
    turn: StoredValue<u32>,
    /// Whether it was asked for above the page: nothing else is shown until it closes, and the focus goes back
    /// to the name then.
    pressed: StoredValue<bool>,
}

/// Listens to the names in the list.
#[component]
pub(crate) fn ProfileCard(
    list: NodeRef<html::Div>,
    /// The place of a message, and the handle of whoever has said it, when their card is asked for.
    who: RwSignal<Option<(i64, String)>>,
    viewer: Option<UserId>,
) -> impl IntoView {
    let card = Card {
        dialog: NodeRef::new(),
        profile: RwSignal::new(None),
        turn: StoredValue::new(0),
        pressed: StoredValue::new(false),
    };
    card.listen(list);
    Effect::new(move || {
        let Some((place, handle)) = who.get() else {
            return;
        };
        who.set(None);
        let row = document().get_element_by_id(&format!("m{place}"));
        if let Some(row) = row.and_then(|row| row.dyn_into().ok()) {
            card.press(row, handle);
        }
    });
    let whose = move || {
        card.profile
            .with_untracked(|shown| Some(shown.as_ref()?.user.id))
    };
    let again = move || {
        let handle = card
            .profile
            .with_untracked(|shown| Some(shown.as_ref()?.user.handle.to_string()));
        spawn_local(async move {
            let Some(handle) = handle else { return };
            let Ok(profile) = find_profile(handle).await else {
                return;
            };
            // It may have closed meanwhile, or be somebody else's. What is the same stays, with the focus.
            card.profile.try_maybe_update(|shown| {
                let other = shown
                    .as_ref()
                    .is_some_and(|shown| shown.user.id == profile.user.id && *shown != profile);
                if other {
                    *shown = Some(profile);
                }
                (other, ())
            });
        });
    };
    Live::expect().hear_profile(whose, again);
    let content = move || {
        let profile = card.profile.get();
        profile.map(|profile| view! { <Content profile viewer/> })
    };
    let label = move || {
        let profile = card.profile.read();
        profile.as_ref().map(Profile::title)
    };
    let closed = move |_| {
        card.pressed.set_value(false);
        card.profile.set(None);
    };
    let on_click = move |event: MouseEvent| {
        // What is not in the card is around it.
        if event_target::<Element>(&event).node_name() == "DIALOG" {
            card.close();
        }
    };
    view! {
        <dialog
            class="profile-card"
            aria-label=label
            node_ref=card.dialog
            on:pointerover=move |_| card.stay()
            on:focusin=move |_| card.stay()
            on:pointerout=move |_| card.leave()
            on:focusout=move |_| card.leave()
            on:click=on_click
            on:close=closed
        >
            {content}
        </dialog>
    }
}

impl Card {
    fn listen(self, list: NodeRef<html::Div>) {
        // Its value, the listeners, lives as long as the layer.
        Effect::new(move |_: Option<Option<[_; 5]>>| {
            let list = list.get()?;
            let on_event = move |event: MouseEvent| self.on_event(&event);
            let events = ["pointerover", "focusin", "pointerout", "focusout", "click"];
            Some(events.map(|name| list.on(ev::Custom::<MouseEvent>::new(name), on_event)))
        });
        let escape = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                self.close();
            }
        });
        on_cleanup(move || escape.remove());
    }

    fn on_event(self, event: &MouseEvent) {
        let author = event_target::<Element>(event).closest("a.author[href]");
        let Some(author) = author.ok().flatten() else {
            return;
        };
        let Ok(author) = author.dyn_into::<HtmlElement>() else {
            return;
        };
        let page = author.get_attribute("href").unwrap_or_default();
        let handle = page.rsplit('/').next().unwrap_or_default().to_owned();
        match event.type_().as_str() {
            // A finger points and presses at once; it presses.
            "pointerover" if is_touch(event) => {}
            "pointerover" | "focusin" if self.pressed.get_value() => {}
            "pointerover" | "focusin" => {
                let turn = self.next_turn();
                set_timeout(
                    move || {
                        if self.turn.try_get_value() == Some(turn) {
                            self.fetch(author, handle, false);
                        }
                    },
                    MOMENT,
                );
            }
            // With a key held a link is a link, in another tab.
            "click" if !event.ctrl_key() && !event.meta_key() && !event.shift_key() => {
                event.prevent_default();
                self.press(author, handle);
            }
            "click" => {}
            _ => self.leave(),
        }
    }

    fn next_turn(self) -> u32 {
        let turn = self.turn.get_value().wrapping_add(1);
        self.turn.set_value(turn);
        turn
    }

    /// One is in it.
    fn stay(self) {
        if !self.pressed.get_value() {
            self.next_turn();
        }
    }

    fn press(self, beside: HtmlElement, handle: String) {
        self.next_turn();
        self.pressed.set_value(true);
        self.fetch(beside, handle, true);
    }

    /// One points elsewhere. What was pressed stays, and comes.
    fn leave(self) {
        if self.pressed.get_value() {
            return;
        }
        let turn = self.next_turn();
        set_timeout(
            move || {
                if self.turn.try_get_value() == Some(turn) {
                    self.close();
                }
            },
            LINGER,
        );
    }

    /// Shows the card of whose name it is: above the page if it was pressed, beside it otherwise.
    fn fetch(self, beside: HtmlElement, handle: String, pressed: bool) {
        let turn = self.turn.get_value();
        let page = profile_path(&handle);
        spawn_local(async move {
            let found = find_profile(handle).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            match found {
                Ok(profile) => {
                    self.profile.set(Some(profile));
                    // What is in it is there by then.
                    request_animation_frame(move || {
                        if self.turn.try_get_value() == Some(turn) {
                            self.show(&beside, pressed);
                        }
                    });
                }
                Err(error) => {
                    self.pressed.set_value(false);
                    // The page says so.
                    if pressed && error.code == ErrorCode::PersonUnknown {
                        let _ = window().location().set_href(&page);
                    }
                }
            }
        });
    }

    fn show(self, beside: &HtmlElement, pressed: bool) {
        let Some(dialog) = self.dialog.try_get_untracked().flatten() else {
            return;
        };
        let name = beside.get_bounding_client_rect();
        let size = |side: Result<leptos::wasm_bindgen::JsValue, _>| {
            side.ok().and_then(|side| side.as_f64()).unwrap_or_default()
        };
        let (width, height) = (size(window().inner_width()), size(window().inner_height()));
        let left = name.left().min(width - WIDTH - 8.0).max(8.0);
        let below = name.bottom() + 4.0;
        let top = if below + HEIGHT > height {
            (name.top() - HEIGHT - 4.0).max(8.0)
        } else {
            below
        };
        let style = HtmlElement::style(&dialog);
        let _ = style.set_property("left", &format!("{left}px"));
        let _ = style.set_property("top", &format!("{top}px"));
        // Unlike `show`, this leaves the focus where it is.
        dialog.set_open(!pressed);
        if pressed {
            let _ = dialog.show_modal();
        }
    }

    fn close(self) {
        self.next_turn();
        self.pressed.set_value(false);
        self.profile.set(None);
        let dialog = self.dialog.try_get_untracked().flatten();
        if let Some(dialog) = dialog
            && dialog.open()
        {
            dialog.close();
        }
    }
}

fn is_touch(event: &MouseEvent) -> bool {
    event
        .dyn_ref::<leptos::web_sys::PointerEvent>()
        .is_some_and(|event| event.pointer_type() == "touch")
}

#[component]
fn Content(profile: Profile, viewer: Option<UserId>) -> impl IntoView {
    let i18n = use_i18n();
    let (id, handle, name) = (
        profile.user.id,
        profile.user.handle.to_string(),
        profile.title(),
    );
    let page = profile_path(&handle);
    let bio = profile.bio.map(said_of_oneself);
    let facts = profile.languages.into_iter().chain(profile.country);
    let facts: Vec<_> = facts.map(|choice| choice.name).collect();
    let writes = viewer.is_some_and(|viewer| viewer != id) && !profile.blocked;
    view! {
        <div>
            <p class="person-name">
                <Face user=id/>
                <span>
                    <b dir="auto">{name}</b>
                    " "
                    <span class="room-facts">"@" {handle.clone()}</span>
                </span>
            </p>
            {bio}
            <p class="room-facts">{facts.join(" · ")}</p>
            <div class="actions">
                <a class="button small quiet" href=page>
                    {t!(i18n, profiles.page)}
                </a>
                {writes.then(|| view! { <WriteTo handle/> })}
            </div>
        </div>
    }
}
