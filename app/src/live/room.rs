//! What a page that shows a room holds of it, for frames to be applied to.

use leptos::prelude::*;

use crate::{
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
    /// Starts from a page.
    pub fn new(page: Page) -> Self {
        Self {
            timeline: RwSignal::new(Timeline::new(page).at_most(MOST_ROWS)),
            company: RwSignal::new(Company::default()),
            ended: RwSignal::new(false),
            asking: StoredValue::new(false),
        }
    }
}
