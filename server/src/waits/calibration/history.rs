//! A journey with all that was ever said of it: what is known now, and what was known on a day. Pure.

use std::sync::Arc;

use app::journeys::Date;
use uuid::Uuid;

use crate::{journeys::survival::Cause, waits::cells::Journey};

/// A journey whose owner wants it to be counted.
#[derive(Debug, Clone)]
pub(in crate::waits) struct History {
    pub(in crate::waits) template: Arc<str>,
    /// A pseudonym.
    pub(in crate::waits) owner: Uuid,
    pub(in crate::waits) joined: Date,
    pub(in crate::waits) confirmed: Date,
    pub(in crate::waits) ended: Option<(Option<Cause>, Date)>,
    /// In the order of their days.
    pub(in crate::waits) said: Vec<Said>,
    /// In the order in which they were said.
    pub(in crate::waits) stays: Vec<Stay>,
}

/// That a stage has happened.
#[derive(Debug, Clone)]
pub(in crate::waits) struct Said {
    pub(in crate::waits) stage: Arc<str>,
    pub(in crate::waits) on: Date,
    pub(in crate::waits) recorded: Date,
    /// When it was put right or taken back. None: it holds.
    pub(in crate::waits) until: Option<Date>,
}

#[derive(Debug, Clone)]
pub(in crate::waits) struct Stay {
    pub(in crate::waits) stage: Arc<str>,
    pub(in crate::waits) office: Arc<str>,
    pub(in crate::waits) recorded: Date,
}

impl History {
    /// As it is known now. None if nothing that counts has happened in it.
    pub(in crate::waits) fn now(&self) -> Option<Journey> {
        let journey = Journey {
            template: Arc::clone(&self.template),
            owner: self.owner,
            joined: self.joined,
            confirmed: self.confirmed,
            ended: self.ended,
            happened: happened(self.said.iter().filter(|said| said.until.is_none())),
            stays: stays(self.stays.iter()),
        };
        (!journey.happened.is_empty()).then_some(journey)
    }

    /// As it was known at the end of a day.
    ///
    /// Of when its owner said that it goes on only the last time is kept. So whoever has said anything later is taken
    /// to have said so on that day, too; but not that a stage had not come of which we now know that it had.
    pub(super) fn as_of(&self, day: Date) -> Option<Journey> {
        if self.joined > day {
            return None;
        }
        let by_then =
            |said: &&Said| said.recorded <= day && said.until.is_none_or(|until| until > day);
        let happened = happened(self.said.iter().filter(by_then));
        if happened.is_empty() {
            return None;
        }
        let told_later =
            |said: &&Said| said.until.is_none() && said.recorded > day && said.on <= day;
        let heard = self.said.iter().map(|said| said.recorded);
        let heard = heard
            .max()
            .map_or(self.confirmed, |last| last.max(self.confirmed));
        let told_later = self.said.iter().find(told_later).map(|said| said.on);
        Some(Journey {
            template: Arc::clone(&self.template),
            owner: self.owner,
            joined: self.joined,
            confirmed: heard.min(day).min(told_later.unwrap_or(day)),
            ended: self.ended.filter(|(_, on)| *on <= day),
            happened,
            stays: stays(self.stays.iter().filter(|stay| stay.recorded <= day)),
        })
    }
}

fn happened<'a>(said: impl Iterator<Item = &'a Said>) -> Vec<(Arc<str>, Date)> {
    said.map(|said| (Arc::clone(&said.stage), said.on))
        .collect()
}

fn stays<'a>(stays: impl Iterator<Item = &'a Stay>) -> Vec<(Arc<str>, Arc<str>)> {
    stays
        .map(|stay| (Arc::clone(&stay.stage), Arc::clone(&stay.office)))
        .collect()
}
