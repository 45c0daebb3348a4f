//! Journeys as their owners would have recorded them. Pure.
//!
//! Whatever was said was said a little after its day, and after its owner had come: so it looks like a record that
//! grew, and what was known on a day can be told for each of them.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{
    DAY, HOUR, MINUTE,
    dice::Dice,
    people::Person,
    ways::{Refused, WAYS, Way, way},
};

/// How many are late to join, within the second stage.
const LATE: f64 = 0.15;
/// Of how many nothing more was heard.
const SILENT: f64 = 0.06;
/// How many give up while they wait for a step.
const WITHDRAWN: f64 = 0.004;
/// How many are asked to be counted and do not want to.
const UNCOUNTED: f64 = 0.04;
/// Nothing has happened later than so long ago, in milliseconds. It is told within the hour after that, or two.
const LATEST: i64 = 2 * HOUR;

/// How long before it an appointment is known, in days.
const NOTICE: i64 = 30;

/// A journey; moments in milliseconds, days in days since 1970.
pub(super) struct Case {
    pub(super) id: Uuid,
    pub(super) owner: Uuid,
    pub(super) template: &'static str,
    pub(super) visibility: &'static str,
    /// Whose members see it.
    pub(super) room: Option<Uuid>,
    pub(super) counted: bool,
    pub(super) blur: &'static str,
    pub(super) outcome: Option<(&'static str, i64)>,
    pub(super) confirmed_at: i64,
    pub(super) created_at: i64,
    pub(super) parent: Option<Uuid>,
    pub(super) stays: Vec<Stayed>,
    pub(super) events: Vec<Event>,
    /// Nothing has ended it yet.
    pub(super) pending: bool,
}

pub(super) struct Stayed {
    pub(super) office: &'static str,
    pub(super) from: &'static str,
    pub(super) recorded_at: i64,
}

pub(super) struct Event {
    pub(super) id: Uuid,
    pub(super) stage: &'static str,
    pub(super) status: &'static str,
    pub(super) on: i64,
    pub(super) precision: &'static str,
    pub(super) recorded_at: i64,
}

/// What has really happened up to a day.
struct Walk {
    happened: Vec<(&'static str, i64)>,
    stays: Vec<(&'static str, &'static str)>,
    outcome: Option<(&'static str, i64)>,
    scheduled: Option<(&'static str, i64)>,
    /// There is nothing left that could happen.
    over: bool,
}

/// So many journeys, and who goes on them; at most one at a time each. Who has come in on a K-1 and married goes on.
pub(super) fn all(
    count: usize,
    now: i64,
    dice: &mut Dice,
    ends: impl Fn(&str, &str) -> bool,
) -> (Vec<Case>, Vec<Person>) {
    let mut people = Vec::new();
    let mut cases: Vec<Case> = Vec::with_capacity(count);
    // Just after midnight nothing has happened on the new day of which anybody could have told.
    let today = (now - LATEST) / DAY;
    let next = way("us-i485");
    while cases.len() < count {
        let way = dice.weigh(WAYS, |way| way.share);
        let began = today - 1 - dice.below(way.days);
        let walk = go(way, began, today, dice);
        let created_at = joined(&walk, now, dice);
        let person = Person::new(people.len(), created_at, dice);
        let case = tell(way, walk, (person.id, None), (created_at, now), dice, &ends);
        let married = case.events.iter().find(|event| event.stage == "marriage");
        let married = married.map(|event| (event.on, case.id));
        cases.push(case);
        if let (Some(next), Some((day, parent))) = (next, married)
            && day + 60 < today
            && cases.len() < count
        {
            let began = day + 20 + dice.below(40);
            let walk = go(next, began, today, dice);
            let created_at = moment(began, now, dice);
            let owner = (person.id, Some(parent));
            cases.push(tell(next, walk, owner, (created_at, now), dice, &ends));
        }
        people.push(person);
    }
    (cases, people)
}

/// Goes a way until it ends, or until today.
fn go(way: &'static Way, began: i64, today: i64, dice: &mut Dice) -> Walk {
    let mut walk = Walk {
        happened: vec![(way.begin, began)],
        stays: Vec::new(),
        outcome: None,
        scheduled: None,
        over: false,
    };
    let (mut day, mut pace) = (began, 1.0);
    move_in(way, way.begin, &mut walk, &mut pace, dice);
    for step in way.steps {
        let been = |stage| walk.happened.iter().any(|(been, _)| *been == stage);
        if been(step.to) || step.after.is_some_and(|after| !been(after)) || !dice.falls(step.chance)
        {
            continue;
        }
        let wait = whole(dice.log_normal(step.median * pace, step.spread)).max(1);
        if dice.falls(WITHDRAWN) {
            let on = day + dice.below(wait);
            walk.outcome = (on <= today).then_some(("withdrawn", on));
            return walk;
        }
        day += wait;
        if day > today {
            let soon = step.appointed && day < today + NOTICE && dice.falls(0.7);
            walk.scheduled = soon.then_some((step.to, day));
            return walk;
        }
        let refused = match step.refused {
            Refused::Never => false,
            Refused::Instead(share) | Refused::Then(share) => dice.falls(share),
        };
        if refused {
            if matches!(step.refused, Refused::Then(_)) {
                walk.happened.push((step.to, day));
            }
            walk.outcome = Some(("refused", day));
            return walk;
        }
        walk.happened.push((step.to, day));
        if step.ends {
            walk.outcome = Some(("approved", day));
        }
        move_in(way, step.to, &mut walk, &mut pace, dice);
    }
    walk.over = true;
    walk
}

/// An office takes the case over.
fn move_in(way: &Way, stage: &'static str, walk: &mut Walk, pace: &mut f64, dice: &mut Dice) {
    if let Some(stay) = way.stays.iter().find(|stay| stay.from == stage) {
        let office = dice.weigh(stay.offices, |office| office.weight);
        walk.stays.push((office.key, stage));
        *pace = office.pace;
    }
}

/// When its owner begins to record it: within a few days, or before the third stage.
fn joined(walk: &Walk, now: i64, dice: &mut Dice) -> i64 {
    let first = walk.happened[0].1;
    let third = walk.happened.get(2).map_or(first + 120, |(_, day)| *day);
    let late = if dice.falls(LATE) {
        dice.below(third - first)
    } else {
        dice.below(4)
    };
    moment(first + late, now, dice)
}

/// Some time of a day at which people are awake, and not yet to come.
fn moment(day: i64, now: i64, dice: &mut Dice) -> i64 {
    let at = day * DAY + 7 * HOUR + dice.below(15 * HOUR);
    at.min(now - LATEST + dice.below(HOUR))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a wait has a few thousand days"
)]
fn whole(days: f64) -> i64 {
    days.round() as i64
}

/// A walk as its owner has recorded it.
fn tell(
    way: &Way,
    walk: Walk,
    (owner, parent): (Uuid, Option<Uuid>),
    (created_at, now): (i64, i64),
    dice: &mut Dice,
    ends: impl Fn(&str, &str) -> bool,
) -> Case {
    let mut said_at = created_at;
    let mut events = Vec::with_capacity(walk.happened.len() + 1);
    let mut stays = Vec::new();
    for (stage, on) in &walk.happened {
        // What came before them is said in one go, and the rest as it comes.
        let days = dice.below(3);
        let at = moment(on + days, now, dice);
        said_at = at.max(said_at + MINUTE + dice.below(MINUTE)).min(now);
        events.push(Event {
            id: dice.id(said_at),
            stage,
            status: "happened",
            on: *on,
            precision: if dice.falls(0.93) { "day" } else { "week" },
            recorded_at: said_at,
        });
        for (office, from) in walk.stays.iter().filter(|(_, from)| from == stage) {
            stays.push(Stayed {
                office,
                from,
                recorded_at: said_at,
            });
        }
    }
    if let Some((stage, on)) = walk.scheduled {
        said_at = moment(on - NOTICE, now, dice)
            .max(said_at + MINUTE)
            .min(now);
        events.push(Event {
            id: dice.id(said_at),
            stage,
            status: "scheduled",
            on,
            precision: "day",
            recorded_at: said_at,
        });
    }
    let stages: BTreeSet<_> = walk.happened.iter().map(|(stage, _)| *stage).collect();
    let pending = walk.outcome.is_none() && !stages.iter().any(|stage| ends(way.template, stage));
    let goes_on = !walk.over && !matches!(walk.outcome, Some(("refused" | "withdrawn", _)));
    let last = match walk.outcome {
        Some((_, on)) => moment(on, now, dice).max(said_at),
        None => said_at,
    };
    let confirmed_at = if goes_on && !dice.falls(SILENT) {
        (now - HOUR - dice.below(14 * DAY)).max(last)
    } else {
        last
    };
    let visibility = *dice.weigh(
        &[
            ("private", 50),
            ("members", 28),
            ("public", 12),
            ("room", 10),
        ],
        |(_, weight)| *weight,
    );
    let blur = *dice.weigh(&[("month", 6), ("week", 3), ("day", 1)], |(_, weight)| {
        *weight
    });
    Case {
        id: dice.id(created_at),
        owner,
        template: way.template,
        visibility: visibility.0,
        room: None,
        counted: !dice.falls(UNCOUNTED),
        blur: blur.0,
        outcome: walk.outcome,
        confirmed_at,
        created_at,
        parent,
        stays,
        events,
        pending,
    }
}

/// The one of the visitor's: a K-1 that has waited for its approval for more than half a year.
pub(super) fn of_visitor(owner: Uuid, now: i64, dice: &mut Dice) -> Case {
    let today = now / DAY;
    let mut event = |stage, days| {
        let recorded_at = (today - days) * DAY + 18 * HOUR;
        Event {
            id: dice.id(recorded_at),
            stage,
            status: "happened",
            on: today - days,
            precision: "day",
            recorded_at,
        }
    };
    let events = vec![event("filed", 205), event("noa1", 196)];
    let stays = [("uscis-lockbox-dallas", "filed"), (VISITOR_OFFICE, "noa1")];
    let stays = stays
        .iter()
        .zip(&events)
        .map(|((office, from), event)| Stayed {
            office,
            from,
            recorded_at: event.recorded_at,
        });
    let created_at = events[0].recorded_at - HOUR;
    Case {
        id: dice.id(created_at),
        owner,
        template: "us-k1",
        visibility: "private",
        room: None,
        counted: false,
        blur: "month",
        outcome: None,
        confirmed_at: now - 2 * DAY,
        created_at,
        parent: None,
        stays: stays.collect(),
        events,
        pending: true,
    }
}

/// Where the visitor's case lies.
pub const VISITOR_OFFICE: &str = "uscis-california-service-center";

#[cfg(test)]
mod tests;
