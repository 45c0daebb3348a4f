//! Where a reader is in a room's history: what is loaded around them, that the line being read stays
//! where it is, and what they have read.
//!
//! There is one rule for all that can move a line (pages, new messages, edits, whatever opens or
//! loads): after each layout the line at the upper edge is put back to where it stood. At the end of
//! the history there is no such line: the scroller runs from its end, so the browser follows it.

use leptos::{html, prelude::*};

use super::{Timeline, stand::Stand};
use crate::{
    ids::RoomId,
    live::{Live, OpenRoom},
};

/// The reader of the room on screen. Copied freely.
#[derive(Clone, Copy)]
pub struct Reading {
    pub(super) room: RoomId,
    /// Whether the reader is a member, and what they read is to be told.
    pub(super) joined: bool,
    pub(super) timeline: RwSignal<Timeline>,
    pub scroller: NodeRef<html::Div>,
    /// Whether the present is out of sight.
    pub(super) away: RwSignal<bool>,
    /// The first new message that was not on screen, and how many there are.
    pub(super) unseen: RwSignal<Option<(i64, usize)>>,
    /// A page is under way.
    pub(super) loading: RwSignal<bool>,
    pub(super) live: Live,
    pub(super) now: StoredValue<Now>,
    /// The name of the browser's entry of the page; empty until it has one.
    pub(super) entry: StoredValue<String>,
}

/// What changes while somebody reads, and nothing on screen shows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Now {
    /// The line being read, and how far above the end of the history it begins; none at the end.
    pub(super) line: Option<Stand>,
    /// How far below the upper edge it begins.
    pub(super) top: f64,
    /// The line that is to be read as soon as it is there.
    pub(super) wanted: Option<Stand>,
    /// The newest place that was there when it was measured last; none before.
    pub(super) newest: Option<i64>,
    /// Everything up to this place was on screen.
    pub(super) read: i64,
    /// Everything up to this place is told to be read.
    pub(super) told: i64,
    /// It was told just now.
    pub(super) telling: bool,
}

impl Reading {
    /// Puts it into the context of the room's page. `read` is what a member has read.
    pub fn provide(room: RoomId, open: OpenRoom, read: Option<i64>) -> Self {
        let reading = Self {
            room,
            joined: read.is_some(),
            timeline: open.timeline,
            scroller: NodeRef::new(),
            away: RwSignal::new(open.timeline.read_untracked().after().is_some()),
            unseen: RwSignal::new(None),
            loading: RwSignal::new(false),
            live: Live::expect(),
            entry: StoredValue::new(String::new()),
            now: StoredValue::new(Now {
                read: read.unwrap_or(0),
                told: read.unwrap_or(0),
                ..Now::default()
            }),
        };
        provide_context(reading);
        // What was read before there was a connection is told as soon as there is one.
        Effect::new(move || {
            let _ = reading.live.phase();
            reading.tell();
        });
        reading
    }

    pub fn expect() -> Self {
        use_context().expect("a room's page provides where its reader is")
    }
}
