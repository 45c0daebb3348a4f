//! What the viewer does to messages that are there, as far as the list and the composer know of it.
//!
//! Everything that appears only then (the menu, the notes, the keys) is the action layer: a chunk of
//! WebAssembly of its own, which is fetched when the list is first touched.

use leptos::{
    ev::{self, MouseEvent},
    html,
    prelude::*,
    task::spawn_local,
    web_sys::Element,
};

use super::{Message, Timeline, WritingBox, foreseen::foreseen, layer::action_layer};
use crate::{
    ids::{RoomId, UserId},
    live::{Entry, Live},
    rooms::Role,
};

/// What the layer is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// The menu of the message at this place.
    Menu(i64),
    /// The viewer's last message, to be changed.
    EditLast,
}

/// What the viewer is doing in the room on screen. Copied freely.
#[derive(Clone, Copy)]
pub struct Actions {
    pub(super) room: RoomId,
    pub(super) viewer: Option<UserId>,
    /// The viewer's; none when they are no member.
    pub(super) role: Option<Role>,
    pub(super) live: Live,
    timeline: RwSignal<Timeline>,
    pub(super) scroller: NodeRef<html::Div>,
    pub(super) writing: WritingBox,
    pub(super) asked: RwSignal<Option<Ask>>,
    /// The message whose words are in the composer.
    pub(super) editing: RwSignal<Option<Message>>,
    /// Deletions that can be undone: not queued yet.
    pub(super) held: RwSignal<Vec<Entry>>,
    /// The room's page, while it is there.
    pub(super) owner: StoredValue<Owner>,
    loading: StoredValue<bool>,
}

impl Actions {
    /// Puts them into the context of the room's page.
    pub fn provide(
        room: RoomId,
        viewer: Option<UserId>,
        role: Option<Role>,
        timeline: RwSignal<Timeline>,
        scroller: NodeRef<html::Div>,
    ) -> Self {
        let actions = Self {
            room,
            viewer,
            role,
            live: Live::expect(),
            timeline,
            scroller,
            writing: WritingBox::new(),
            asked: RwSignal::new(None),
            editing: RwSignal::new(None),
            held: RwSignal::new(Vec::new()),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            loading: StoredValue::new(false),
        };
        provide_context(actions);
        actions
    }

    pub(super) fn expect() -> Self {
        use_context().expect("a room's page provides its actions")
    }

    /// The messages as the viewer is to see them.
    pub(super) fn shown(self) -> Vec<Message> {
        let queued = self.live.changes(self.room);
        let held = self.held.read();
        let changes = queued.iter().chain(held.iter());
        foreseen(self.timeline.read().messages(), changes)
    }

    pub(super) fn ask(self, ask: Ask) {
        self.asked.set(Some(ask));
        self.load();
    }

    /// Gets the layer as soon as the list is pointed at or focused, or something is queued, so that
    /// it is there when it is needed. A click that comes before it waits for it.
    pub fn attend(self) {
        Effect::new(move || {
            let Some(list) = self.scroller.get() else {
                return;
            };
            let on_event = move |event: MouseEvent| {
                self.load();
                if event.type_() == "click" {
                    self.on_click(&event);
                }
            };
            let listening = ["pointerover", "focusin", "click"]
                .map(|name| list.on(ev::Custom::<MouseEvent>::new(name), on_event));
            on_cleanup(move || drop(listening));
        });
        Effect::new(move || {
            if !self.live.changes(self.room).is_empty() {
                self.load();
            }
        });
    }

    fn on_click(self, event: &MouseEvent) {
        let target = event_target::<Element>(event);
        let opener = target.closest(".more").ok().flatten();
        // With a key held the link is a link: the page of the message in another tab.
        if let Some(place) = opener.and_then(|opener| place_of(&opener))
            && !event.ctrl_key()
            && !event.meta_key()
        {
            event.prevent_default();
            self.ask(Ask::Menu(place));
        }
    }

    fn load(self) {
        if !self.loading.get_value() {
            self.loading.set_value(true);
            spawn_local(action_layer(self));
        }
    }
}

/// The place of the message that an element of the list belongs to, if there is a menu for it.
pub(super) fn place_of(element: &Element) -> Option<i64> {
    let row = element
        .closest(".message:has(.bubble:not(.deleted))")
        .ok()??;
    row.id().strip_prefix('m')?.parse().ok()
}
