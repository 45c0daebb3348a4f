//! The rooms that the viewer may find, as they now are. Every page asks the same listing what is new.

use std::{mem, time::Duration};

use leptos::{prelude::*, task::spawn_local};

use super::{Room, RoomSummary, list_rooms};
use crate::{error::AppError, live::Live};

/// How long a listing is good for, however much happens in its rooms: another device has what one reads
/// within a second.
const PAUSE: Duration = Duration::from_millis(500);

/// How long until a listing that has failed is asked for again, the first time.
const PATIENCE: Duration = Duration::from_secs(1);

/// Copied freely.
#[derive(Clone, Copy)]
pub struct Listing {
    known: RwSignal<Known>,
    told: Memo<i64>,
}

/// What is known of the rooms.
#[derive(Debug, Default)]
struct Known {
    /// None until a page has listed them, or something was live.
    now: Option<Vec<RoomSummary>>,
    /// As they were before something has changed.
    before: Option<Vec<RoomSummary>>,
    pace: Pace,
}

impl Listing {
    /// Puts a listing into the context that asks again whenever the live connection has news of the
    /// viewer's own rooms.
    pub fn provide(live: Live) -> Self {
        let known = RwSignal::new(Known::default());
        let told = move |_: Option<&i64>| {
            let known = known.read();
            known.now.iter().flatten().map(RoomSummary::told).sum()
        };
        let listing = Self {
            known,
            told: Memo::new(told),
        };
        provide_context(listing);
        Effect::new(move |begun: Option<()>| {
            live.hear_news();
            if begun.is_some() {
                listing.renew();
            }
        });
        listing
    }

    pub fn expect() -> Self {
        use_context().expect("the app provides the listing above every page")
    }

    /// How many new messages the viewer wants to be told of, in all rooms.
    pub fn told(self) -> Memo<i64> {
        self.told
    }

    /// The rooms; none before they are known.
    pub fn now(self) -> Vec<RoomSummary> {
        self.known.read().now.clone().unwrap_or_default()
    }

    pub(super) fn is_known(self) -> bool {
        self.known.read_untracked().now.is_some()
    }

    /// The rooms for a page that begins.
    pub(super) async fn first(self) -> Result<Vec<RoomSummary>, AppError> {
        let known = self.known.with_untracked(|known| known.now.clone());
        match known {
            Some(rooms) => Ok(rooms),
            None => list_rooms().await,
        }
    }

    /// The page lists them so: it comes to life as it was rendered. What was learned meanwhile is newer.
    pub(super) fn begin(self, rooms: Vec<RoomSummary>) {
        self.known.update(|known| {
            known.now.get_or_insert(rooms);
        });
    }

    /// Asks again: at once, or when the answer to the last question is a second old. A question that
    /// fails is asked again until it is answered.
    pub(super) fn renew(self) {
        if self.step(Pace::ask) != Some(true) {
            return;
        }
        spawn_local(async move {
            let rooms = list_rooms().await.ok();
            let failures = self.step(|pace| pace.answer(rooms.is_some()));
            if let Some(rooms) = rooms {
                self.learn(rooms);
            }
            self.renew_after(PAUSE, Pace::rest);
            if let Some(failures @ 1..) = failures {
                self.renew_after(patience(failures), move |pace| pace.failures == failures);
            }
        });
    }

    /// Asks again in a while, if that is due then.
    fn renew_after(self, pause: Duration, due: impl FnOnce(&mut Pace) -> bool + 'static) {
        let renew = move || {
            if self.step(due) == Some(true) {
                self.renew();
            }
        };
        set_timeout(renew, pause);
    }

    fn step<T>(self, step: impl FnOnce(&mut Pace) -> T) -> Option<T> {
        self.known
            .try_maybe_update(|known| (false, step(&mut known.pace)))
    }

    fn learn(self, rooms: Vec<RoomSummary>) {
        self.known.try_maybe_update(|known| {
            let new = known.now.as_ref() != Some(&rooms);
            if new {
                known.before = known.now.replace(rooms);
            }
            (new, ())
        });
    }

    /// The rooms in which more is new than before, each with how much the viewer wants to be told of.
    /// What was new when the page was opened is seen on it.
    pub fn grown(self) -> Vec<(Room, i64)> {
        let known = self.known.read();
        match (&known.before, &known.now) {
            (Some(before), Some(now)) => grown(before, now),
            _ => Vec::new(),
        }
    }
}

fn grown(before: &[RoomSummary], now: &[RoomSummary]) -> Vec<(Room, i64)> {
    let told_before = |room: &Room| {
        let known = before.iter().find(|known| known.room.id == room.id);
        known.map_or(0, RoomSummary::told)
    };
    now.iter()
        .filter(|summary| summary.told() > told_before(&summary.room))
        .map(|summary| (summary.room.clone(), summary.told()))
        .collect()
}

/// Questions never overlap, nor follow each other too closely: pure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Pace {
    /// One is under way, or was answered just now.
    asked: bool,
    /// Something has happened since.
    due: bool,
    /// How many have failed since one was answered.
    failures: u32,
}

impl Pace {
    /// Something has happened. Returns whether to ask now.
    fn ask(&mut self) -> bool {
        self.due = self.asked;
        !mem::replace(&mut self.asked, true)
    }

    /// A question was answered, or has failed. Returns how many have failed since one was answered.
    fn answer(&mut self, came: bool) -> u32 {
        self.failures = if came { 0 } else { self.failures + 1 };
        self.failures
    }

    /// The pause after an answer is over. Returns whether to ask again.
    fn rest(&mut self) -> bool {
        self.asked = false;
        mem::take(&mut self.due)
    }
}

/// How long to wait after so many failures, unless something happens before: two seconds, and twice
/// as long each time, up to a minute or so.
fn patience(failures: u32) -> Duration {
    PATIENCE * (1_u32 << failures.min(6))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rooms::Mute;

    fn summary(unread: i64) -> RoomSummary {
        RoomSummary {
            unread,
            ..RoomSummary::sample("Visa")
        }
    }

    #[test]
    fn what_has_grown_is_told_and_what_was_read_or_muted_is_not() {
        let before = [summary(0), summary(2), summary(2), summary(0)];
        let mut now = before.clone();
        for (summary, unread) in now.iter_mut().zip([1, 1, 2, 5]) {
            summary.unread = unread;
        }
        now[3].mute = Some(Mute::None);
        assert_eq!(grown(&before, &now), [(now[0].room.clone(), 1)]);
        let new = [summary(3)];
        assert_eq!(grown(&before, &new), [(new[0].room.clone(), 3)]);
    }

    #[test]
    fn what_happens_while_one_asks_is_asked_for_once_and_later() {
        let mut pace = Pace::default();
        assert!(pace.ask(), "the first at once");
        assert!(!pace.ask() && !pace.ask());
        assert!(pace.rest(), "the others together");
        assert!(pace.ask());
        assert!(!pace.rest(), "and nothing more");
        assert_eq!(pace, Pace::default());
    }

    #[test]
    fn a_question_that_fails_is_asked_again_later_each_time_until_it_is_answered() {
        let mut pace = Pace::default();
        let mut waits = Vec::new();
        for _ in 0..8 {
            assert!(pace.ask());
            waits.push(patience(pace.answer(false)).as_secs());
            assert!(!pace.rest(), "not at once");
        }
        assert_eq!(waits, [2, 4, 8, 16, 32, 64, 64, 64]);
        assert!(pace.ask());
        assert_eq!(pace.answer(true), 0);
        assert!(!pace.rest());
        assert_eq!(pace, Pace::default());
    }
}
