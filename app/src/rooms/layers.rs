//! What is beside every page once it is needed: the finder of rooms and people, and notices of what is
//! new. Each is a chunk of WebAssembly of its own; here is what listens until then.

use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
    task::spawn_local,
    web_sys::Element,
};

use super::{Listing, finder::finder_layer};

/// Where people write.
const TEXT_BOX: &str = "textarea, input:not([type=checkbox])";

/// What keys ask for, on every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shortcut {
    /// The finder.
    Find,
    /// The list of shortcuts.
    Help,
    /// The one of one's own rooms that stands before this one.
    Previous,
    Next,
}

impl Shortcut {
    fn of(event: &KeyboardEvent) -> Option<Self> {
        let command = event.ctrl_key() || event.meta_key();
        // There these keys open a list, or go through what was written.
        let target = event_target::<Element>(event);
        let within = |what: &str| matches!(target.closest(what), Ok(Some(_)));
        let writes = || within(TEXT_BOX) && !event_target_value(event).is_empty();
        let moves = || event.shift_key() || within("select, dialog") || writes();
        if event.default_prevented() || (event.alt_key() && moves()) {
            return None;
        }
        match (event.key().as_str(), command, event.alt_key()) {
            ("k", true, false) => Some(Self::Find),
            ("/", true, false) => Some(Self::Help),
            ("ArrowUp", false, true) => Some(Self::Previous),
            ("ArrowDown", false, true) => Some(Self::Next),
            _ => None,
        }
    }
}

/// What the layers know of the page. Copied freely.
#[derive(Clone, Copy)]
pub struct Layers {
    pub(super) listing: Listing,
    pub(super) asked: RwSignal<Option<Shortcut>>,
    /// The router's, from which the layers go to other pages, once they are listened for.
    pub(super) owner: StoredValue<Owner>,
    /// Whether the finder is there, or on its way.
    finder: StoredValue<bool>,
    /// The same of the notices.
    #[cfg(feature = "hydrate")]
    notices: StoredValue<bool>,
}

impl Layers {
    pub fn provide(listing: Listing) {
        provide_context(Self {
            listing,
            asked: RwSignal::new(None),
            owner: StoredValue::new(Owner::default()),
            finder: StoredValue::new(false),
            #[cfg(feature = "hydrate")]
            notices: StoredValue::new(false),
        });
    }

    pub(super) fn expect() -> Self {
        use_context().expect("the app provides the layers above every page")
    }

    pub(super) fn ask(self, shortcut: Shortcut) {
        self.asked.set(Some(shortcut));
        if !self.finder.get_value() {
            self.finder.set_value(true);
            spawn_local(async move {
                // On a bad network it may not come: the next key asks again.
                if finder_layer(self).await.is_err() {
                    self.finder.set_value(false);
                }
            });
        }
    }
}

/// Listens for what the layers are needed for. It stands in the router.
#[component]
pub fn LayersListen() -> impl IntoView {
    let layers = Layers::expect();
    let owner = Owner::current().unwrap_or_default();
    Effect::new(move || {
        layers.owner.set_value(owner.clone());
        let _ = window_event_listener(ev::keydown, move |event| {
            if let Some(shortcut) = Shortcut::of(&event) {
                event.prevent_default();
                layers.ask(shortcut);
            }
        });
    });
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        if layers.listing.told().get() > 0 && !layers.notices.get_value() {
            layers.notices.set_value(true);
            spawn_local(async move {
                if super::notices::notices_layer(layers).await.is_err() {
                    layers.notices.set_value(false);
                }
            });
        }
    });
}
