//! One room as a client has it: the browser's timeline, and what went into it.

use std::collections::HashMap;

use app::{
    ids::{ClientId, Epoch, RoomId},
    messages::{Changes, Judged, Message, Page, Timeline},
};

use crate::{
    checker::{Final, Row},
    history::{Recorder, What, content},
};

/// How many frames may wait for a page.
const MOST_WAITING: usize = 2000;

#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) timeline: Option<Timeline>,
    /// The version of each row that went in.
    versions: HashMap<i64, i64>,
    /// A page is on its way.
    pub(super) loading: bool,
    /// A subscription is on its way.
    pub(super) asking: bool,
    pub(super) member: bool,
    /// What was asked last about the membership: an answer to anything before it says nothing.
    pub(super) standing: Option<ClientId>,
    waiting: Vec<Changes>,
}

/// Writes down what a client sees.
#[derive(Debug, Clone)]
pub(super) struct Witness {
    pub(super) client: u32,
    pub(super) epoch: Epoch,
    pub(super) recorder: Recorder,
}

impl Witness {
    pub(super) fn note(&self, what: What) {
        self.recorder.note(self.client, what);
    }
}

impl Room {
    pub(super) fn last(&self) -> Option<i64> {
        self.timeline.as_ref().map(Timeline::last)
    }

    /// The history that it knew is no more.
    pub(super) fn forget(&mut self) {
        self.timeline = None;
        self.versions.clear();
        self.waiting.clear();
    }

    /// Starts anew from the newest page.
    pub(super) fn start(&mut self, room: RoomId, page: Page, witness: &Witness) {
        witness.note(What::Page {
            room,
            head: page.head,
        });
        self.versions.clear();
        self.put(room, &page.messages, false, witness);
        self.timeline = Some(Timeline::new(page));
        self.loading = false;
        for changes in std::mem::take(&mut self.waiting) {
            self.hear(changes, witness);
        }
    }

    /// Puts an older page in front.
    pub(super) fn extend(&mut self, room: RoomId, asked: i64, page: Page, witness: &Witness) {
        self.loading = false;
        let Some(timeline) = &mut self.timeline else {
            return;
        };
        if timeline.before() == Some(asked) {
            witness.note(What::Page {
                room,
                head: page.head,
            });
            let rows = page.messages.clone();
            timeline.extend_back(asked, page);
            self.put(room, &rows, false, witness);
        }
        for changes in std::mem::take(&mut self.waiting) {
            self.hear(changes, witness);
        }
    }

    /// Judges a frame of changes. Returns whether something is missing before it.
    pub(super) fn hear(&mut self, changes: Changes, witness: &Witness) -> bool {
        let (room, first_seq, last_seq) = (changes.room, changes.first_seq, changes.last_seq);
        let top = changes.items.iter().map(|item| item.version).max();
        let judged = match &mut self.timeline {
            Some(timeline) if !self.loading => {
                let window = timeline.before().unwrap_or(i64::MIN);
                let items = changes.items.clone();
                let judged = timeline.apply(changes);
                if judged == Judged::Applied {
                    let inside = items.into_iter().filter(|item| item.seq >= window);
                    self.put(room, &inside.collect::<Vec<_>>(), true, witness);
                }
                Some(judged)
            }
            _ => {
                if self.waiting.len() < MOST_WAITING {
                    self.waiting.push(changes);
                }
                None
            }
        };
        if let Some(judged) = judged {
            witness.note(What::Frame {
                room,
                first_seq,
                last_seq,
                top,
                judged: match judged {
                    Judged::Applied => "applied",
                    Judged::Known => "known",
                    Judged::Gap => "gap",
                },
            });
        }
        judged == Some(Judged::Gap)
    }

    fn put(&mut self, room: RoomId, items: &[Message], live: bool, witness: &Witness) {
        let mut items: Vec<_> = items.iter().collect();
        items.sort_by_key(|item| item.version);
        for item in items {
            if self
                .versions
                .get(&item.seq)
                .is_some_and(|known| *known >= item.version)
            {
                continue;
            }
            self.versions.insert(item.seq, item.version);
            witness.note(What::Applied {
                epoch: witness.epoch,
                room,
                seq: item.seq,
                version: item.version,
                id: item.id,
                op: item.client_id,
                content: content(item),
                live,
            });
        }
    }

    pub(super) fn finally(&self, client: u32, room: RoomId) -> Option<Final> {
        let timeline = self.timeline.as_ref()?;
        let rows = timeline.messages().map(|message| {
            let row = Row {
                id: message.id,
                version: message.version,
                sender: message.sender.id,
                op: message.client_id,
                content: content(message),
                empty: message.body.is_empty(),
            };
            (message.seq, row)
        });
        Some(Final {
            client,
            room,
            last: timeline.last(),
            window: timeline.before().unwrap_or(0),
            rows: rows.collect(),
        })
    }
}
