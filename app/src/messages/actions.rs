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

use super::{
    Message, Reading, WritingBox, foreseen::foreseen, layer::action_layer, offers::Rights,
};
use crate::{
    accounts::User,
    ids::{ClientId, MediaId, RoomId},
    live::{Command, Entry, Live},
    media::Uploads,
    rooms::{Role, RoomKind},
};

/// What the layer is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// The menu of the message at this place.
    Menu(i64),
    /// The card of whoever has said what stands at this place.
    Who(i64),
    /// The viewer's last message, to be changed.
    EditLast,
    /// The words of a message that was refused, to be changed and sent as another.
    TakeBack(ClientId),
    /// A picture in the list, as large as the window.
    Look(MediaId),
    /// Something with what a word can be completed to.
    Complete(Press),
}

/// What a key does with what is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Press {
    Up,
    Down,
    Take,
    PutAway,
}

/// What the viewer is doing in the room on screen. Copied freely.
#[derive(Clone, Copy)]
pub struct Actions {
    pub(super) room: RoomId,
    pub(super) rights: Rights,
    me: StoredValue<Option<User>>,
    pub(super) live: Live,
    pub(super) uploads: Uploads,
    pub(super) reading: Reading,
    pub(super) scroller: NodeRef<html::Div>,
    pub(super) writing: WritingBox,
    pub(super) asked: RwSignal<Option<Ask>>,
    /// The message whose words are in the composer.
    pub(super) editing: RwSignal<Option<Message>>,
    /// The place of the message that is being answered, which need not be loaded.
    pub(super) answering: RwSignal<Option<i64>>,
    /// The answer whose quote has led away from it.
    pub(super) left: RwSignal<Option<Message>>,
    /// What has been typed was typed in steps as many as this.
    pub(super) typed: RwSignal<usize>,
    /// Whether something to complete a word with is offered: then some keys are for that.
    pub(super) completing: RwSignal<bool>,
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
        viewer: Option<User>,
        role: Option<Role>,
        kind: RoomKind,
        ended: bool,
        reading: Reading,
    ) -> Self {
        let person = viewer.as_ref().map(|user| user.id);
        let actions = Self {
            room,
            rights: Rights::new(person, role, kind, ended),
            me: StoredValue::new(viewer),
            live: Live::expect(),
            uploads: Uploads::expect(),
            reading,
            scroller: reading.scroller,
            writing: WritingBox::new(),
            asked: RwSignal::new(None),
            editing: RwSignal::new(None),
            answering: RwSignal::new(None),
            left: RwSignal::new(None),
            typed: RwSignal::new(0),
            completing: RwSignal::new(false),
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
        let timeline = self.reading.timeline.read();
        self.me
            .with_value(|me| foreseen(timeline.messages(), changes, me.as_ref()))
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
        let within = |of: &str| target.closest(of).ok().flatten();
        let Some(place) = place_of(&target) else {
            return;
        };
        // With a key held a link is a link, in another tab.
        if event.ctrl_key() || event.meta_key() {
            return;
        }
        if within(".more").is_some() {
            self.ask(Ask::Menu(place));
        } else if let Some(original) = within(".quote").and_then(|quote| data(&quote, "place")) {
            self.left.set(self.message_at(place));
            self.reading.go_to(original.parse().unwrap_or(place));
        } else if let Some(emoji) = within(".reaction").and_then(|chip| data(&chip, "emoji")) {
            self.react(place, emoji);
        } else if let Some(media) = within(".tile").and_then(|tile| data(&tile, "media")) {
            let Ok(media) = media.parse() else { return };
            self.ask(Ask::Look(media));
        } else {
            return;
        }
        event.prevent_default();
    }

    pub(super) fn message_at(self, place: i64) -> Option<Message> {
        let mut shown = untrack(|| self.shown()).into_iter();
        shown.find(|message| message.seq == place)
    }

    /// Answers the message at a place with an emoji, or takes that back.
    pub(super) fn react(self, place: i64, emoji: String) {
        let Some(message) = self.message_at(place) else {
            return;
        };
        let viewer = self.rights.viewer;
        let given = message.reactions.iter().any(|reaction| {
            let own = viewer.is_some_and(|viewer| reaction.is_of(viewer));
            own && reaction.emoji.as_str() == emoji
        });
        // Where nobody can say anything, what was said can still be taken back.
        if !given && !self.rights.speaks {
            return;
        }
        let react = Command::React(message.id, !given);
        let entry = Entry::new(self.room, ClientId::new(), react, emoji);
        self.live.queue(entry);
    }

    pub(super) fn load(self) {
        if !self.loading.get_value() {
            self.loading.set_value(true);
            spawn_local(async move {
                // On a bad network it may not come: the next touch asks again.
                if action_layer(self).await.is_err() {
                    self.loading.try_set_value(false);
                }
            });
        }
    }
}

/// The place of the message that an element of the list belongs to, if there is a menu for it.
pub(super) fn place_of(element: &Element) -> Option<i64> {
    let row = element.closest(".message:not(:has(.deleted))").ok()??;
    row.id().strip_prefix('m')?.parse().ok()
}

/// What an element says in its attribute `data-…`.
fn data(element: &Element, name: &str) -> Option<String> {
    element.get_attribute(&format!("data-{name}"))
}
