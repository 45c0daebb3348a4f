//! The box to write in, as the composer and the action layer know it, and what its keys do.

use std::time::Duration;

use leptos::{ev::KeyboardEvent, html, prelude::*, web_sys};

use super::{
    Body,
    actions::{Actions, Ask, Press},
};
use crate::{
    error::ErrorCode,
    ids::ClientId,
    journeys::Care,
    live::{Command, Entry},
    media::MOST_SHOWN,
};

/// A word that begins with one of these can be completed.
pub(super) const SIGNS: [char; 3] = ['@', '#', ':'];

/// While somebody is writing, that is said this often.
const SAY_EVERY: Duration = Duration::from_secs(3);

/// What a key does while something is offered.
fn completes(key: &str) -> Option<Press> {
    Some(match key {
        "ArrowUp" => Press::Up,
        "ArrowDown" => Press::Down,
        "Enter" | "Tab" => Press::Take,
        "Escape" => Press::PutAway,
        _ => return None,
    })
}

/// The box to write in. Copied freely.
#[derive(Clone, Copy)]
pub(super) struct WritingBox {
    pub(super) area: NodeRef<html::Textarea>,
    /// How many characters would be sent.
    pub(super) length: RwSignal<usize>,
    pub(super) error: RwSignal<Option<ErrorCode>>,
    /// The first choice about a case number, while there is one.
    pub(super) hide: NodeRef<html::Button>,
}

impl WritingBox {
    pub(super) fn new() -> Self {
        Self {
            area: NodeRef::new(),
            length: RwSignal::new(0),
            error: RwSignal::new(None),
            hide: NodeRef::new(),
        }
    }

    pub(super) fn text(self) -> String {
        let area = self.area.get_untracked();
        area.map(|area| area.value()).unwrap_or_default()
    }

    /// Puts these words in place of what is there.
    pub(super) fn write(self, words: &str) {
        if let Some(area) = self.area.get_untracked() {
            area.set_value(words);
            self.length.set(words.trim().chars().count());
            self.error.set(None);
        }
    }

    /// What stands before the caret.
    pub(super) fn before_caret(self) -> String {
        let caret = |area: web_sys::HtmlTextAreaElement| area.selection_start().ok().flatten();
        let caret = self.area.get_untracked().and_then(caret).unwrap_or(0);
        // The browser counts in UTF-16.
        let units = self
            .text()
            .encode_utf16()
            .take(caret as usize)
            .collect::<Vec<_>>();
        String::from_utf16_lossy(&units)
    }

    /// Puts other words before the caret, in place of what stands there.
    pub(super) fn replace_before_caret(self, words: &str) {
        let rest = self.text();
        let rest = rest.strip_prefix(&self.before_caret()).unwrap_or_default();
        self.write(&format!("{words}{rest}"));
        let caret = u32::try_from(words.encode_utf16().count()).unwrap_or(0);
        if let Some(area) = self.area.get_untracked() {
            let _ = area.set_selection_range(caret, caret);
        }
    }

    /// Says of the box which of the things that are offered is chosen; none when nothing is offered.
    pub(super) fn describe_offer(self, list: &str, chosen: Option<String>) {
        let Some(area) = self.area.get_untracked() else {
            return;
        };
        if let Some(chosen) = chosen {
            let _ = area.set_attribute("aria-controls", list);
            let _ = area.set_attribute("aria-activedescendant", &chosen);
        } else {
            let _ = area.remove_attribute("aria-activedescendant");
        }
    }

    pub(super) fn focus(self) {
        if let Some(area) = self.area.get_untracked() {
            let _ = area.focus();
        }
    }

    /// Whether nothing is sent because there is a case number in it.
    pub(super) fn is_held(self) -> bool {
        self.error.get() == Some(ErrorCode::CaseNumber)
    }

    /// Goes back to the words, if they are held for a case number. Returns whether they were.
    pub(super) fn reconsider(self) -> bool {
        let held = untrack(|| self.is_held());
        if held {
            self.error.set(None);
            self.focus();
        }
        held
    }
}

impl Actions {
    /// Sends what is in the box, or gives it to the message that is being changed. Where there are case
    /// numbers in it that nobody has decided on, it stays.
    pub(super) fn submit(self, care: Care) {
        let editing = self.editing.get_untracked();
        let shown = match &editing {
            Some(message) => message.media.len(),
            None => self.uploads.count(self.room),
        };
        if editing.is_none() && shown > MOST_SHOWN {
            return self.writing.error.set(Some(ErrorCode::MediaMany));
        }
        let body = Body::beside(&self.writing.text(), shown).and_then(|body| body.with(care));
        let body = body.and_then(|body| {
            let passes = editing.is_some() || self.uploads.words_pass(self.room, care);
            passes.then_some(body).ok_or(ErrorCode::CaseNumber)
        });
        let knowing = care == Care::Knowing;
        match body {
            Ok(body) => {
                let body = body.as_str().to_owned();
                let id = ClientId::new();
                if let Some(message) = editing {
                    let edit = Command::Edit(message.id);
                    self.live.queue(Entry {
                        knowing,
                        ..Entry::new(self.room, id, edit, body)
                    });
                    self.editing.set(None);
                } else {
                    self.live.queue(Entry {
                        reply_to: self.answering.try_update(Option::take).flatten(),
                        awaits: shown > 0,
                        knowing,
                        ..Entry::new(self.room, id, Command::Send, body)
                    });
                    self.uploads.give_to(self.room, id);
                    self.live.keep_draft(self.room, "");
                    self.writing.write("");
                    // One's own message is always in sight.
                    self.reading.to_end();
                }
            }
            Err(code) => {
                self.writing.error.set(Some(code));
                if code == ErrorCode::CaseNumber {
                    // They are there once that is drawn.
                    return request_animation_frame(move || {
                        if let Some(hide) = self.writing.hide.try_get_untracked().flatten() {
                            let _ = hide.focus();
                        }
                    });
                }
            }
        }
        self.writing.focus();
    }

    /// These words are in the box now. `said`: whether others have just been told that somebody is writing.
    pub(super) fn hears(self, words: &str, said: StoredValue<bool>) {
        let WritingBox { length, error, .. } = self.writing;
        length.set(words.trim().chars().count());
        if self.editing.read_untracked().is_none() {
            self.live.keep_draft(self.room, words);
        }
        if words.contains(SIGNS) {
            self.load();
            self.typed.update(|typed| *typed += 1);
        }
        if length.get_untracked() > 0 && !said.get_value() {
            self.live.types(self.room);
            said.set_value(true);
            set_timeout(move || said.set_value(false), SAY_EVERY);
        }
        if length.get_untracked() <= Body::MOST {
            error.set(None);
        }
    }

    /// Whether a message is being changed, which keeps the files that it has.
    pub(super) fn is_editing(self) -> bool {
        self.editing.read().is_some()
    }

    /// Begins to send files, as many as the message can show.
    pub(super) fn pick(self, files: &web_sys::FileList) {
        if untrack(|| self.is_editing()) {
            return;
        }
        let many = !self.uploads.pick(self.room, files);
        self.writing.error.set(many.then_some(ErrorCode::MediaMany));
        // The keyboard of a phone would cover them.
        if !touch() {
            self.writing.focus();
        }
    }

    /// Whether a key means something else here than in any other box.
    pub(super) fn takes_key(self, event: &KeyboardEvent, submit: impl Fn()) -> bool {
        let key = event.key();
        if event.is_composing() {
            return false;
        }
        if self.completing.get_untracked()
            && let Some(press) = completes(&key)
        {
            self.asked.set(Some(Ask::Complete(press)));
            return true;
        }
        let editing = self.editing.read_untracked().is_some();
        match key.as_str() {
            "Enter" if !event.shift_key() && !touch() => submit(),
            "Escape" => {
                // The top layer only.
                return self.writing.reconsider()
                    || self.editing.try_update(Option::take).flatten().is_some()
                    || self.answering.try_update(Option::take).flatten().is_some();
            }
            // With Alt it leads to another room.
            "ArrowUp"
                if !editing && !event.alt_key() && self.writing.length.get_untracked() == 0 =>
            {
                self.ask(Ask::EditLast);
            }
            _ => return false,
        }
        true
    }
}

/// On a touch screen the return key breaks the line: there is no Shift to hold.
fn touch() -> bool {
    let coarse = window().match_media("(pointer: coarse)").ok().flatten();
    coarse.is_some_and(|query| query.matches())
}
