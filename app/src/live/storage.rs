//! The outbox in the browser's storage, where every tab sees it: a key for each entry, so that no tab
//! ever writes over what another one has added. The key begins with the account: what one person has
//! left is neither seen nor sent by the next.

use leptos::prelude::*;

use super::{Entry, Live};
use crate::ids::ClientId;

impl Live {
    /// Writes an entry down, before it is first tried and when what is known of it changes. False:
    /// there is no storage, or it is full, and the entry lives as long as this page.
    pub(super) fn keep(self, entry: &Entry) -> bool {
        let kept = self.storage().and_then(|(storage, prefix)| {
            let text = serde_json::to_string(entry).ok()?;
            storage
                .set_item(&(prefix + &entry.id.to_string()), &text)
                .ok()
        });
        kept.is_some()
    }

    /// Another tab need not send it any more.
    pub(super) fn let_go(self, id: ClientId) {
        if let Some((storage, prefix)) = self.storage() {
            let _ = storage.remove_item(&(prefix + &id.to_string()));
        }
    }

    /// Takes over what the tabs of this person have written down.
    pub(super) fn look_into_storage(self) {
        let Some((storage, prefix)) = self.storage() else {
            return;
        };
        let mut stored = Vec::new();
        for at in 0..storage.length().unwrap_or(0) {
            let key = storage.key(at).ok().flatten();
            if let Some(key) = key.filter(|key| key.starts_with(&prefix))
                && let Ok(Some(text)) = storage.get_item(&key)
                && let Ok(entry) = serde_json::from_str::<Entry>(&text)
            {
                stored.push(entry);
            }
        }
        self.outbox.update(|outbox| outbox.reconcile(stored));
    }

    /// The storage, and how the keys of this person begin.
    fn storage(self) -> Option<(web_sys::Storage, String)> {
        let user = self.user.get_value()?;
        let storage = window().local_storage().ok().flatten()?;
        Some((storage, format!("layover.outbox.{user}.")))
    }
}
