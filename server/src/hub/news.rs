//! What sockets are told from time to time, though nobody has asked.

use app::live::wire::{HEADS_SECONDS, ServerFrame};
use tokio::time::Instant;

use super::{letter::Letter, node::Hub, registry::encode};

impl Hub {
    /// Says `heads` to those whose turn it is in this second: a client checks itself by them.
    pub(super) fn say_heads(&self, second: u64) {
        let registry = self.registry();
        for (id, handle) in &registry.listeners {
            if id.0 % HEADS_SECONDS != second % HEADS_SECONDS {
                continue;
            }
            let heads = registry.heads(*id);
            if let Some(frame) = encode(&ServerFrame::Heads { heads }) {
                handle.push(frame);
            }
        }
    }

    /// Once a second: who is where, what is new in one's own rooms, and whose bucket is full.
    pub(super) fn tell_news(&self) {
        let now = Instant::now();
        self.rates.forget_full(now);
        let mut registry = self.registry();
        for (room, people) in registry.tell_presence(now) {
            self.tell(room, &Letter::Presence(people));
        }
        for id in std::mem::take(&mut registry.stirred) {
            let Some(handle) = registry.listeners.get_mut(&id) else {
                continue;
            };
            let news = std::mem::take(&mut handle.news);
            let me = ServerFrame::Me {
                heads: news.heads.into_iter().collect(),
                gone: news.gone.into_iter().collect(),
            };
            if let Some(frame) = encode(&me) {
                handle.push(frame);
            }
        }
    }
}
