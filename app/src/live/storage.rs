//! The outbox and the drafts in the browser's storage, where every tab sees them: a key for each entry
//! and each room's draft, so that no tab ever writes over what another one has added. The key begins
//! with the account: what one person has left is neither seen nor sent by the next.

use leptos::prelude::*;

use super::{Entry, Live};
use crate::ids::{ClientId, RoomId};

const OUTBOX: &str = "outbox";
const DRAFTS: &str = "draft";

impl Live {
    /// Writes an entry down, before it is first tried and when what is known of it changes. False:
    /// there is no storage, or it is full, and the entry lives as long as this page.
    pub(super) fn keep(self, entry: &Entry) -> bool {
        let kept = self.storage(OUTBOX).and_then(|(storage, prefix)| {
            let text = serde_json::to_string(entry).ok()?;
            storage
                .set_item(&(prefix + &entry.id.to_string()), &text)
                .ok()
        });
        kept.is_some()
    }

    /// Another tab need not send it any more.
    pub(super) fn let_go(self, id: ClientId) {
        if let Some((storage, prefix)) = self.storage(OUTBOX) {
            let _ = storage.remove_item(&(prefix + &id.to_string()));
        }
    }

    /// Takes over what the tabs of this person have written down.
    pub(super) fn look_into_storage(self) {
        let Some((storage, _)) = self.storage(OUTBOX) else {
            return;
        };
        let texts = self.keys(OUTBOX).into_iter().filter_map(|key| {
            let text = storage.get_item(&key).ok().flatten()?;
            serde_json::from_str::<Entry>(&text).ok()
        });
        let stored = texts.collect();
        self.outbox.update(|outbox| outbox.reconcile(stored));
    }

    /// What the person has begun to write in a room.
    pub fn draft(self, room: RoomId) -> Option<String> {
        let (storage, prefix) = self.storage(DRAFTS)?;
        storage.get_item(&(prefix + &room.to_string())).ok()?
    }

    /// Writes a draft down; an empty one is forgotten. Without storage it lives as long as the page.
    pub fn keep_draft(self, room: RoomId, words: &str) {
        if let Some((storage, prefix)) = self.storage(DRAFTS) {
            let key = prefix + &room.to_string();
            let _ = if words.trim().is_empty() {
                storage.remove_item(&key)
            } else {
                storage.set_item(&key, words)
            };
        }
    }

    /// How many rooms have a draft.
    pub fn drafts(self) -> usize {
        self.keys(DRAFTS).len()
    }

    pub(super) fn forget_drafts(self) {
        if let Some((storage, _)) = self.storage(DRAFTS) {
            for key in self.keys(DRAFTS) {
                let _ = storage.remove_item(&key);
            }
        }
    }

    /// This person's keys of one kind.
    fn keys(self, kind: &str) -> Vec<String> {
        let Some((storage, prefix)) = self.storage(kind) else {
            return Vec::new();
        };
        let keys =
            (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok().flatten());
        keys.filter(|key| key.starts_with(&prefix)).collect()
    }

    /// The storage, and how this person's keys of one kind begin.
    fn storage(self, kind: &str) -> Option<(web_sys::Storage, String)> {
        let user = self.user.get_value()?;
        let storage = window().local_storage().ok().flatten()?;
        Some((storage, format!("layover.{kind}.{user}.")))
    }
}
