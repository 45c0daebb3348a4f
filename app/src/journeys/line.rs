//! Where the stages of a journey stand on a line of time. Pure: numbers only.

use super::{Clock, Date, Status, Template, types::StageEvent};

/// The width of the picture, in its own units.
pub(super) const WIDTH: f64 = 320.0;
/// How far the line stays from either edge.
const MARGIN: f64 = 14.0;
/// How far apart the numbers of two stages on one level have to be.
const APART: f64 = 20.0;

/// A stage on the line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stop {
    pub(super) x: f64,
    /// How many numbers stand below its own, from the line up.
    pub(super) level: usize,
    pub(super) status: Status,
}

/// What lies between two stages that have happened, or after the last one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stretch {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) kind: StretchKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StretchKind {
    Waiting(Clock),
    /// Nobody says whom one waits for.
    Between,
    /// It goes on, as far as is known.
    Open,
}

/// The whole picture.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) first: Date,
    pub(super) last: Date,
    /// One for each event, in their order.
    pub(super) stops: Vec<Stop>,
    pub(super) stretches: Vec<Stretch>,
}

impl Line {
    /// Events in the order of their days; `until`: the day up to which it is known to go on, if it does.
    /// None without events.
    pub(super) fn of(
        template: &Template,
        events: &[StageEvent],
        until: Option<Date>,
    ) -> Option<Self> {
        let first = events.iter().map(|event| event.on).min()?;
        let days = events.iter().map(|event| event.on).chain(until);
        let last = days.max()?;
        let span = f64::from(last.since(first).max(1));
        let x = |day: Date| MARGIN + (WIDTH - 2.0 * MARGIN) * f64::from(day.since(first)) / span;
        let happened: Vec<_> = events
            .iter()
            .filter(|event| event.status == Status::Happened)
            .collect();
        let mut stretches: Vec<_> = happened
            .windows(2)
            .map(|pair| Stretch {
                from: x(pair[0].on),
                to: x(pair[1].on),
                kind: template
                    .clock(&pair[0].stage, &pair[1].stage)
                    .map_or(StretchKind::Between, StretchKind::Waiting),
            })
            .collect();
        let end = happened.last().map(|event| event.on);
        if let (Some(from), Some(to)) = (end, until)
            && to > from
        {
            stretches.push(Stretch {
                from: x(from),
                to: x(to),
                kind: StretchKind::Open,
            });
        }
        let mut levels: Vec<f64> = Vec::new();
        let stops = events.iter().map(|event| {
            let x = x(event.on);
            let level = levels.iter().position(|taken| x - taken >= APART);
            let level = level.unwrap_or(levels.len());
            if level == levels.len() {
                levels.push(x);
            } else {
                levels[level] = x;
            }
            Stop {
                x,
                level,
                status: event.status,
            }
        });
        Some(Self {
            first,
            last,
            stops: stops.collect(),
            stretches,
        })
    }

    /// How many levels of numbers there are.
    pub(super) fn levels(&self) -> usize {
        let highest = self.stops.iter().map(|stop| stop.level).max();
        highest.map_or(0, |level| level + 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        ids::EventId,
        journeys::{Category, Precision, Transition},
    };

    fn template() -> Template {
        Template {
            slug: "us-k1".into(),
            country: "US".into(),
            authority: "USCIS".into(),
            name: "K-1".into(),
            category: Category::Family,
            version: 1,
            source_url: String::new(),
            verified_on: None,
            unverified: None,
            stages: Vec::new(),
            transitions: vec![Transition {
                from: "filed".into(),
                to: "noa1".into(),
                clock: Clock::Government,
            }],
            offices: Vec::new(),
        }
    }

    fn event(stage: &str, day: i32, status: Status) -> StageEvent {
        StageEvent {
            id: EventId::new(),
            stage: stage.into(),
            status,
            on: Date::from_days(day).unwrap(),
            precision: Precision::Day,
            note: String::new(),
        }
    }

    #[test]
    fn stages_stand_where_their_days_are_and_the_last_wait_goes_on() {
        let events = [
            event("filed", 0, Status::Happened),
            event("noa1", 50, Status::Happened),
        ];
        let line = Line::of(&template(), &events, Date::from_days(100)).unwrap();
        let places: Vec<_> = line.stops.iter().map(|stop| stop.x).collect();
        assert_eq!(places, [14.0, 160.0]);
        let kinds: Vec<_> = line.stretches.iter().map(|stretch| stretch.kind).collect();
        assert_eq!(
            kinds,
            [StretchKind::Waiting(Clock::Government), StretchKind::Open]
        );
        assert!((line.stretches[1].to - 306.0).abs() < 1e-9);
    }

    #[test]
    fn a_journey_without_events_has_no_line() {
        assert_eq!(Line::of(&template(), &[], Date::from_days(1)), None);
    }

    proptest! {
        #[test]
        fn everything_is_within_the_picture_and_no_two_numbers_are_in_one_place(
            mut days in prop::collection::vec(0..2000_i32, 1..12), until in prop::option::of(0..4000_i32)
        ) {
            days.sort_unstable();
            let events: Vec<_> = days.iter().map(|&day| event("filed", day, Status::Happened)).collect();
            let line = Line::of(&template(), &events, until.and_then(Date::from_days)).unwrap();
            for (index, stop) in line.stops.iter().enumerate() {
                prop_assert!((MARGIN..=WIDTH - MARGIN).contains(&stop.x));
                prop_assert!(stop.level < line.levels());
                for other in &line.stops[..index] {
                    prop_assert!(other.level != stop.level || (stop.x - other.x).abs() >= APART - 1e-9);
                }
            }
            for stretch in &line.stretches {
                prop_assert!(stretch.from <= stretch.to && stretch.to <= WIDTH - MARGIN + 1e-9);
            }
        }
    }
}
