//! What a page that shows a room holds of it, for frames to be applied to.

use leptos::prelude::*;

use crate::{
    ids::UserId,
    messages::{Page, Timeline},
    presence::Company,
};

/// The most rows that a room has on screen: many windows full, and few enough to be cheap.
const MOST_ROWS: usize = 300;

/// One room on screen. Copied freely; it lives as long as the page that made it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct OpenRoom {
    pub timeline: RwSignal<Timeline>,
    pub company: RwSignal<Company>,
    /// Whether the viewer is a member no more.
    pub ended: RwSignal<bool>,
    /// An answer to a subscription, or a page, is under way: whatever else says that something is
    /// missing says nothing new.
    pub(super) asking: StoredValue<bool>,
}

impl OpenRoom {
    /// Starts from a page. What the `hidden` say is not shown.
    pub fn new(page: Page, hidden: Vec<UserId>) -> Self {
        let timeline = Timeline::new(page).at_most(MOST_ROWS).hiding(hidden);
        Self {
            timeline: RwSignal::new(timeline),
            company: RwSignal::new(Company::default()),
            ended: RwSignal::new(false),
            asking: StoredValue::new(false),
        }
    }
}
