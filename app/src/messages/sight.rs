//! What of a room's history is on screen, measured: the only place that asks the browser where rows
//! stand. Lengths are in CSS pixels.

use leptos::{
    prelude::*,
    web_sys::{DomRect, HtmlDivElement},
};

/// A row that reaches below the edge by less than this is on screen whole.
const SLACK: f64 = 2.0;

/// The scroller and what is in it, at one moment.
pub(super) struct Sight {
    scroller: HtmlDivElement,
    window: DomRect,
    content: DomRect,
}

impl Sight {
    /// None when there is nothing to scroll.
    pub(super) fn take(scroller: HtmlDivElement) -> Option<Self> {
        let content = scroller.first_element_child()?;
        Some(Self {
            window: scroller.get_bounding_client_rect(),
            content: content.get_bounding_client_rect(),
            scroller,
        })
    }

    pub(super) fn height(&self) -> f64 {
        self.window.height()
    }

    /// How much of the history is hidden above.
    pub(super) fn above(&self) -> f64 {
        self.window.top() - self.content.top()
    }

    /// How much of the history is hidden below.
    pub(super) fn below(&self) -> f64 {
        self.content.bottom() - self.window.bottom()
    }

    /// How far below the upper edge of the window a row begins.
    pub(super) fn top_of(&self, place: i64) -> Option<f64> {
        Some(rect(place)?.top() - self.window.top())
    }

    /// How far above the end of the history a row begins. Scrolling does not change it.
    pub(super) fn height_from(&self, place: i64) -> Option<f64> {
        Some(self.content.bottom() - rect(place)?.top())
    }

    /// The first of these places, which are in order, whose row is not hidden above.
    pub(super) fn first(&self, places: &[i64]) -> Option<i64> {
        let hidden =
            |place: &i64| rect(*place).is_some_and(|row| row.bottom() <= self.window.top());
        places.get(places.partition_point(hidden)).copied()
    }

    /// The last of these places whose row does not reach below the lower edge.
    pub(super) fn last(&self, places: &[i64]) -> Option<i64> {
        let foot = self.window.bottom() + SLACK;
        let whole = |place: &i64| rect(*place).is_some_and(|row| row.bottom() <= foot);
        let count = places.partition_point(whole);
        places.get(count.checked_sub(1)?).copied()
    }

    pub(super) fn to_end(&self) {
        self.scroller.set_scroll_top(0);
    }

    /// Moves what is in sight up by so much.
    pub(super) fn scroll_by(&self, length: f64) {
        self.scroller.scroll_by_with_x_and_y(0.0, length);
    }
}

fn rect(place: i64) -> Option<DomRect> {
    let row = document().get_element_by_id(&format!("m{place}"))?;
    Some(row.get_bounding_client_rect())
}
