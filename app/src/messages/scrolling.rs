//! The browser's side of reading: it measures after each layout and each move of the reader, puts the
//! line being read back, loads what is near, and tells what was read.

use std::time::Duration;

use leptos::{
    ev,
    prelude::*,
    task::{spawn_local, tick},
    wasm_bindgen::{JsCast, prelude::Closure},
    web_sys::ResizeObserver,
};

use super::{
    Page, Timeline, page_messages,
    reading::Reading,
    sight::Sight,
    stand::{Stand, name_entry},
};

/// A reader that is so near to the end follows it, in pixels.
const NEAR: f64 = 100.0;

/// History is loaded when less than this is left to scroll, in pixels.
const AHEAD: f64 = 1000.0;

/// What is read is told once in this time; so is what could not be loaded asked for again.
const PAUSE: Duration = Duration::from_secs(1);

/// The browser's entry is named so long after the page was opened: it is that of this page by then.
const OPENED: Duration = Duration::from_millis(500);

/// The place that stands for the end of the history.
const END: Stand = Stand {
    place: i64::MAX,
    at: 0.0,
};

impl Reading {
    /// Begins where the reader was, or at the message that they were led to, and goes on for as long
    /// as the page lives. Runs in an effect.
    pub(super) fn attend(self, path: &str, begin: Option<i64>) {
        let Some(scroller) = self.scroller.get() else {
            return;
        };
        let settle = Closure::<dyn Fn()>::new(move || self.settle());
        let Ok(observer) = ResizeObserver::new(settle.as_ref().unchecked_ref()) else {
            return;
        };
        observer.observe(&scroller);
        // What is shorter than the window fills it all the same: the log itself grows.
        for within in [".scroller-content", "[role=log]"] {
            if let Ok(Some(within)) = scroller.query_selector(within) {
                observer.observe(&within);
            }
        }
        let observer = StoredValue::new_local((observer, settle));
        let focused = window_event_listener(ev::focus, move |_| self.settle());
        let shown = window_event_listener(ev::visibilitychange, move |_| self.settle());
        let leaving = window_event_listener_untyped("pagehide", move |_| self.keep());
        on_cleanup(move || {
            self.keep();
            leaving.remove();
            observer.with_value(|(observer, _)| observer.disconnect());
            focused.remove();
            shown.remove();
        });

        // The browser itself may have gone to the message; and somebody may have begun to read.
        let unmoved = Sight::take(scroller).is_some_and(|sight| {
            // Until somebody scrolls, it would go there again after each layout.
            sight.scroll_by(0.0);
            sight.below() < 1.0
        });
        if let Some(stand) = Stand::recall(path) {
            self.want(stand);
        } else if let Some(place) = begin.filter(|_| unmoved) {
            self.go_to(place);
        }
        self.settle();
        let path = path.to_owned();
        let name = move || {
            if here().as_ref() == Some(&path)
                && let Some(name) = name_entry(&path)
            {
                self.entry.try_set_value(name);
            }
        };
        set_timeout(name, OPENED);
    }

    /// Goes to a message, a third down the window.
    pub(super) fn go_to(self, place: i64) {
        let sight = self.sight();
        let at = sight.map_or(0.0, |sight| sight.height() / 3.0);
        self.want(Stand { place, at });
    }

    /// Goes to the end of the history, wherever the reader is.
    pub(super) fn to_end(self) {
        self.want(END);
    }

    fn want(self, stand: Stand) {
        self.now.update_value(|now| now.wanted = Some(stand));
        let here = self
            .timeline
            .with_untracked(|known| known.covers(stand.place));
        if !here {
            self.leap((stand != END).then_some(stand.place));
        }
        self.settle();
    }

    /// Puts everything where it belongs. Cheap: it may run in every frame.
    pub(super) fn settle(self) {
        if let Some(sight) = self.sight()
            && !self.reach_wanted(&sight)
        {
            self.hold_line(&sight);
        }
        if let Some(sight) = self.sight() {
            self.look(&sight);
        }
    }

    fn sight(self) -> Option<Sight> {
        Sight::take(self.scroller.try_get_untracked().flatten()?)
    }

    /// Goes to what is wanted, if it is there. Returns whether the line being read is another now.
    fn reach_wanted(self, sight: &Sight) -> bool {
        let Some(wanted) = self.now.get_value().wanted else {
            return false;
        };
        let (here, row) = self.timeline.with_untracked(|known| {
            // A place that holds no row gives way to the next one.
            let row = known.first_from(wanted.place);
            (known.covers(wanted.place), row)
        });
        if wanted == END {
            // What is being sent stands at the end of any window.
            sight.to_end();
        } else if let Some(top) = row.filter(|_| here).and_then(|row| sight.top_of(row)) {
            sight.scroll_by(top - wanted.at);
        } else {
            return false;
        }
        self.now.update_value(|now| {
            now.line = None;
            now.wanted = now.wanted.filter(|_| !here);
        });
        true
    }

    /// Puts the line being read back to where it stood, if something below it has changed.
    fn hold_line(self, sight: &Sight) {
        if let Some(line) = self.now.get_value().line
            && let Some(height) = sight.height_from(line.place)
            && (height - line.at).abs() > 0.5
        {
            sight.scroll_by(line.at - height);
        }
    }

    /// Takes in what is on screen, and does what follows from it.
    fn look(self, sight: &Sight) {
        let (places, before, after) = self.timeline.with_untracked(|known| {
            let places: Vec<_> = known.messages().map(|row| row.seq).collect();
            (places, known.before(), known.after())
        });
        let follows = after.is_none() && sight.below() < NEAR;
        let newest = places.last().copied();
        let known = self.now.get_value().newest;
        if follows && known.is_some() && newest > known && sight.below() >= 1.0 {
            // Whoever is nearly at the end sees what has come. Older pages bring nothing newer.
            sight.to_end();
        }
        let first = sight.first(&places).filter(|_| !follows);
        let last = sight.last(&places).unwrap_or(0);
        self.now.update_value(|now| {
            now.newest = newest;
            now.top = first.and_then(|place| sight.top_of(place)).unwrap_or(0.0);
            now.line = first.and_then(|place| {
                let at = sight.height_from(place)?;
                Some(Stand { place, at })
            });
        });
        // Nothing that the timeline shows depends on it.
        let unseen = self.timeline.try_update_untracked(|known| {
            known.read(first, if follows { i64::MAX } else { last });
            known.news().unseen()
        });
        put(self.unseen, unseen.flatten());
        put(
            self.away,
            after.is_some() || sight.below() > 2.0 * sight.height(),
        );
        if before.is_some() && sight.above() < AHEAD {
            self.load(true);
        } else if after.is_some() && sight.below() < AHEAD {
            self.load(false);
        }
        self.take_as_read(last);
    }

    /// Loads what stands before the window, or after it.
    pub(super) fn load(self, back: bool) {
        let asked = self
            .timeline
            .with_untracked(|known| if back { known.before() } else { known.after() });
        let Some(asked) = asked.filter(|_| !self.loading.get_untracked()) else {
            return;
        };
        let (before, after) = if back {
            (Some(asked), None)
        } else {
            (None, Some(asked))
        };
        self.fetch([before, after, None], move |known, page| {
            if back {
                known.extend_back(asked, page);
            } else {
                known.extend_forward(asked, page);
            }
        });
    }

    /// Loads what is around a place, or the present, in place of the window.
    fn leap(self, around: Option<i64>) {
        self.fetch([None, None, around], Timeline::renew);
    }

    fn fetch(
        self,
        [before, after, around]: [Option<i64>; 3],
        take: impl Fn(&mut Timeline, Page) + 'static,
    ) {
        self.loading.set(true);
        spawn_local(async move {
            let done = move || {
                self.loading.try_set(false);
                self.settle();
            };
            if let Ok(page) = page_messages(self.room, before, after, around).await {
                let last = self.timeline.try_with_untracked(Timeline::last);
                self.timeline.try_update(|known| take(known, page));
                if self.timeline.try_with_untracked(Timeline::last) < last {
                    // Frames had told more than the page knows.
                    self.live.subscribe(self.room);
                }
                // Its rows are there after that.
                tick().await;
                done();
            } else {
                self.now.try_update_value(|now| now.wanted = None);
                set_timeout(done, PAUSE);
            }
        });
    }

    /// Everything up to a place was on screen. It is read if somebody looks at the screen.
    fn take_as_read(self, place: i64) {
        let looks = !document().hidden() && document().has_focus().unwrap_or(false);
        if self.joined && looks {
            self.now.update_value(|now| now.read = now.read.max(place));
            self.tell();
        }
    }

    /// Tells what is read, at most once in a while; without a connection, later.
    pub(super) fn tell(self) {
        let Some(now) = self.now.try_get_value() else {
            return;
        };
        if now.read > now.told && !now.telling && self.live.reads(self.room, now.read) {
            self.now.update_value(|next| {
                next.told = now.read;
                next.telling = true;
            });
            let told = move || {
                self.now.try_update_value(|now| now.telling = false);
                self.tell();
            };
            set_timeout(told, PAUSE);
        }
    }

    /// Keeps where the reader is, for when they come back.
    fn keep(self) {
        let (Some(entry), Some(now)) = (self.entry.try_get_value(), self.now.try_get_value())
        else {
            return;
        };
        if !entry.is_empty() {
            let stand = now.line.map(|line| Stand {
                at: now.top,
                ..line
            });
            Stand::keep(stand, &entry);
        }
    }
}

/// The path and query that the browser shows.
fn here() -> Option<String> {
    let location = window().location();
    Some(location.pathname().ok()? + &location.search().ok()?)
}

/// Sets what has changed, and tells nobody when nothing has.
fn put<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|known| *known != value) {
        signal.set(value);
    }
}
