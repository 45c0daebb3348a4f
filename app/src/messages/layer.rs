//! The action layer: what there is beside the list once somebody does something with a message.

use std::{collections::HashSet, time::Duration};

use leptos::{
    mount::mount_to,
    prelude::*,
    server_fn::ServerFn,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

use super::{
    DeleteMessage, Message,
    actions::{Actions, Ask},
    completion::Completion,
    find_message, keys,
    menu::MessageMenu,
    notes::Notes,
    offers::{Offer, offers},
    pictures, press,
};
use crate::{
    blocks::{add_block, remove_block},
    error::ErrorCode,
    ids::{ClientId, MessageId, UserId},
    live::{Command, Entry, State},
    profiles::ProfileCard,
    reads::mark_unread,
    ui::later,
    words::{
        self,
        i18n::{Locale, t_string, use_i18n},
    },
};

/// How long a deletion can be undone.
const HELD: Duration = Duration::from_secs(5);

later!(pub(super) action_layer, put_layer(actions: Actions));

/// Puts the layer behind the list, as long as the room's page is there. It is a chunk of WebAssembly
/// that is loaded when it is needed.
fn put_layer(actions: Actions) {
    let list = actions.scroller.try_get_untracked().flatten();
    if let Some(list) = list
        && let Some(owner) = actions.owner.try_get_value()
        && let Some(place) = place_after(&list)
    {
        owner.with(|| {
            let layer = mount_to(place, move || view! { <Layer actions/> });
            StoredValue::new_local(layer);
        });
    }
}

/// An element for the layer. When one room follows another, that of the last one is still there.
fn place_after(list: &Element) -> Option<HtmlElement> {
    let known = list.next_element_sibling();
    let known = known.filter(|next| next.class_name() == "layer");
    let place = known.or_else(|| {
        let place = document().create_element("div").ok()?;
        place.set_class_name("layer");
        list.after_with_node_1(&place).ok()?;
        Some(place)
    });
    place?.dyn_into().ok()
}

#[component]
fn Layer(actions: Actions) -> impl IntoView {
    let menu = RwSignal::new(None);
    let told = RwSignal::new(None);
    let look_at = pictures::lightbox(actions, use_i18n());
    let who = RwSignal::new(None);
    Effect::new(move || {
        match actions.asked.get() {
            Some(Ask::Menu(place)) => {
                let chosen = actions.message_at(place);
                menu.set(chosen.filter(|message| !actions.offers(message).is_empty()));
            }
            Some(Ask::Who(place)) => {
                let chosen = actions.message_at(place);
                who.set(chosen.map(|message| (place, message.sender.handle.to_string())));
            }
            Some(Ask::EditLast) => actions.edit_last(),
            Some(Ask::TakeBack(id)) => actions.take_back(id),
            Some(Ask::Look(media)) => look_at(media),
            Some(Ask::Complete(_)) | None => return,
        }
        actions.asked.set(None);
    });
    actions.fill_composer();
    actions.delete_when_left();
    actions.fetch_quotes();
    keys::listen(actions);
    press::listen(actions);
    view! {
        <MessageMenu actions menu told/>
        <Completion actions/>
        <Notes actions told/>
        <ProfileCard list=actions.scroller who viewer=actions.rights.viewer/>
    }
}

impl Actions {
    pub(super) fn offers(self, message: &Message) -> Vec<Offer> {
        let timeline = self.reading.timeline.read_untracked();
        let hidden = timeline.hidden().has(message.sender.id);
        offers(message, self.rights, hidden)
    }

    /// Takes up the viewer's last message. The layer may have come late: words that were begun
    /// meanwhile stay in the box.
    fn edit_last(self) {
        if self.writing.length.get_untracked() == 0 {
            self.editing.set(self.last_of_ones_own());
        }
    }

    fn last_of_ones_own(self) -> Option<Message> {
        let mut newest = untrack(|| self.shown()).into_iter().rev();
        newest.find(|message| self.offers(message).contains(&Offer::Edit))
    }

    /// Puts the words of the message that is changed into the composer, and after that what was
    /// being written there.
    fn fill_composer(self) {
        let aside = StoredValue::new(String::new());
        Effect::new(move |was: Option<bool>| {
            let was = was.unwrap_or(false);
            let now = self.editing.with(|editing| {
                if let Some(message) = editing {
                    if !was {
                        aside.set_value(self.writing.text());
                    }
                    self.writing.write(&message.body);
                } else if was {
                    self.writing.write(&aside.get_value());
                }
                editing.is_some()
            });
            if was || now {
                self.writing.focus();
            }
            now
        });
    }

    /// Puts the words of a message that was not sent into the composer, and its files beside them, above what has been begun there.
    fn take_back(self, id: ClientId) {
        self.editing.set(None);
        // What was begun is there again once the change is put away.
        request_animation_frame(move || {
            let Some(refused) = self.live.take_back(id) else {
                return;
            };
            if refused.state == State::Refused(ErrorCode::MediaUnknown) {
                self.uploads.send_anew(id);
            }
            self.uploads.take_back(id);
            let words = [refused.body, self.writing.text()].join("\n");
            let words = words.trim_end();
            self.live.keep_draft(self.room, words);
            self.writing.write(words);
            if refused.reply_to.is_some() {
                self.answering.set(refused.reply_to);
            }
            self.writing.focus();
        });
    }

    /// Goes back to the answer whose quote has led away.
    pub(super) fn go_back(self) {
        if let Some(answer) = self.left.try_update(Option::take).flatten() {
            self.reading.go_to(answer.seq);
        }
    }

    /// Queues a change that has no words.
    pub(super) fn change(self, command: Command) {
        let entry = Entry::new(self.room, ClientId::new(), command, String::new());
        self.live.queue(entry);
    }

    /// What stands from this place on is new again. It says nothing when that fails: the next look
    /// at the rooms tells.
    pub(super) fn mark_unread(self, place: i64) {
        let room = self.room;
        spawn_local(async move {
            let _ = mark_unread(room, place).await;
        });
    }

    /// Hides what somebody says, or shows it again, and tells how that went.
    pub(super) fn block(
        self,
        i18n: Locale,
        sender: UserId,
        place: i64,
        blocks: bool,
        told: RwSignal<Option<String>>,
    ) {
        spawn_local(async move {
            let done = if blocks {
                add_block(Some(sender), None).await
            } else {
                remove_block(sender).await
            };
            let said = match done {
                // Whether anything can be written there is another matter now, for the other one too.
                Ok(()) if self.rights.direct => {
                    let _ = window().location().reload();
                    return;
                }
                Ok(()) => {
                    let timeline = self.reading.timeline;
                    timeline.try_update(|timeline| timeline.hide(sender, blocks));
                    // Its row was drawn anew.
                    keys::focus_soon(place);
                    if blocks {
                        t_string!(i18n, messages.blocked).to_owned()
                    } else {
                        t_string!(i18n, messages.unblocked).to_owned()
                    }
                }
                Err(error) => words::refusal(i18n, &error),
            };
            told.try_set(Some(said));
        });
    }

    /// Fetches what is answered here and nobody has loaded, each once.
    fn fetch_quotes(self) {
        let asked = StoredValue::new(HashSet::new());
        Effect::new(move || {
            let answering = self.answering.get();
            let missing: Vec<i64> = self.reading.timeline.with(|timeline| {
                let answered = timeline.messages().filter_map(|message| message.reply_to);
                answered
                    .chain(answering)
                    .filter(|place| timeline.at(*place).is_none())
                    .collect()
            });
            for place in missing {
                if asked.try_update_value(|asked| asked.insert(place)) == Some(true) {
                    spawn_local(async move {
                        if let Ok(original) = find_message(self.room, place).await {
                            let timeline = self.reading.timeline;
                            timeline.try_update(|timeline| timeline.quote(original));
                        }
                    });
                }
            }
        });
    }

    /// Takes the message back, unless that is undone in time.
    pub(super) fn delete(self, message: MessageId) {
        let id = ClientId::new();
        let deletion = Command::Delete(message);
        let entry = Entry::new(self.room, id, deletion, String::new());
        self.held.update(|held| held.push(entry));
        set_timeout(move || self.release(id), HELD);
    }

    /// The message stays.
    pub(super) fn undo(self, id: ClientId) -> Option<Entry> {
        let undone = self.held.try_update(|held| {
            let at = held.iter().position(|entry| entry.id == id)?;
            Some(held.remove(at))
        });
        undone.flatten()
    }

    /// Queues a deletion that was held, unless it was undone.
    fn release(self, id: ClientId) {
        if let Some(entry) = self.undo(id) {
            self.live.queue(entry);
        }
    }

    /// What is held when the room is left is not held any longer. When the whole page goes, the
    /// socket goes with it: the browser itself sends the deletions then. Each is queued as well, for
    /// the next page to send if that has failed.
    fn delete_when_left(self) {
        let release_all = move || {
            let held = self.held.try_get_untracked().unwrap_or_default();
            for entry in &held {
                self.release(entry.id);
            }
            held
        };
        let leaving = window_event_listener_untyped("pagehide", move |_| {
            for entry in release_all() {
                if let Command::Delete(message) = entry.command {
                    let body = format!(r#"{{"room":"{}","message":"{message}"}}"#, self.room);
                    let navigator = window().navigator();
                    let _ = navigator.send_beacon_with_opt_str(DeleteMessage::url(), Some(&body));
                }
            }
        });
        on_cleanup(move || {
            leaving.remove();
            release_all();
        });
    }
}
