//! What is typed, found and chosen in the finder.

use leptos::{ev::KeyboardEvent, prelude::*, task::spawn_local};

use super::{
    Listing, find_people,
    found::{Found, find},
};
use crate::{accounts::User, app::Viewer};

/// Copied freely.
#[derive(Clone, Copy)]
pub(super) struct Search {
    query: RwSignal<String>,
    people: RwSignal<Vec<User>>,
    pub(super) found: Memo<Vec<Found>>,
    /// Which of them Enter chooses.
    pub(super) active: RwSignal<usize>,
    pub(super) chosen: RwSignal<Option<Found>>,
}

impl Search {
    pub(super) fn new(listing: Listing) -> Self {
        let query = RwSignal::new(String::new());
        let people = RwSignal::new(Vec::new());
        let found = Memo::new(move |_| {
            let rooms = listing.now();
            find(&rooms, people.get(), &query.read())
        });
        if !listing.is_known() {
            listing.renew();
        }
        Self {
            query,
            people,
            found,
            active: RwSignal::new(0),
            chosen: RwSignal::new(None),
        }
    }

    pub(super) fn types(self, text: String) {
        self.query.set(text);
        self.active.set(0);
    }

    /// Asks for the people anew with each letter; only the answer to the last question counts.
    /// Visitors know nobody.
    pub(super) fn look_for_people(self) {
        let viewer = Viewer::expect();
        Effect::new(move || {
            let asked = self.query.get();
            spawn_local(async move {
                let found = match viewer.load().await {
                    Some(_) if !asked.trim().is_empty() => find_people(asked.clone()).await,
                    _ => Ok(Vec::new()),
                };
                let current = self.query.try_with_untracked(|query| *query == asked);
                if let (Some(true), Ok(found)) = (current, found) {
                    self.people.try_set(found);
                }
            });
        });
    }

    pub(super) fn on_key(self, event: &KeyboardEvent) {
        let count = self.found.with_untracked(Vec::len);
        if event.is_composing() || event.alt_key() || count == 0 {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" => self.active.update(|at| *at = (*at + 1) % count),
            "ArrowUp" => self.active.update(|at| *at = (*at + count - 1) % count),
            "Enter" => self.choose(self.active.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    }

    /// Which of what was found Enter chooses, if there is anything.
    pub(super) fn active_option(self) -> Option<usize> {
        let active = self.active.get();
        (active < self.found.read().len()).then_some(active)
    }

    pub(super) fn choose(self, at: usize) {
        let found = self.found.with_untracked(|found| found.get(at).cloned());
        self.chosen.set(found);
    }
}
