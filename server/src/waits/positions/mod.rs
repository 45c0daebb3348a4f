//! Where a journey stands on what is told of its step, and when the next stage is likely. Pure but for `store`.
//!
//! Knows no case of anybody else: it reads what everybody may read. Were it worked out from the cases themselves,
//! somebody with many journeys of their own could ask for whatever the floors keep back.

pub(super) mod store;
#[cfg(test)]
mod tests;

use app::{
    ids::JourneyId,
    journeys::Date,
    waits::{By, Figures, Forecast, Outlook, Position, Term, Window},
};

const WEEK: u32 = 7;

/// None if the day on which the wait began is yet to come.
pub(super) fn position(
    journey: JourneyId,
    since: Date,
    today: Date,
    figures: Option<&Figures>,
) -> Option<Position> {
    let waited = u32::try_from(today.since(since)).ok()?;
    let week = waited / WEEK;
    let curve = figures.map_or(&[][..], |figures| &figures.curve);
    let here = curve.iter().find(|step| step.week == week);
    let last = curve.last().filter(|last| last.week < week);
    let beyond = last.map(|last| Term {
        weeks: last.week,
        waiting: Some(last.waiting),
    });
    let outlooks = figures.map_or(&[][..], |figures| &figures.outlooks);
    let latest = outlooks.iter().rev().find(|outlook| outlook.waited <= week);
    Some(Position {
        journey,
        since,
        waited,
        through: here.map(|step| 100_u8.saturating_sub(step.waiting)),
        beyond,
        forecast: latest
            .filter(|outlook| beyond.is_none() && week <= outlook.until.max(outlook.waited))
            .and_then(|outlook| forecast(outlook, since, today)),
    })
}

/// Whether it is known by when half of those who stand there were through.
pub(super) fn foretells(position: Option<Position>) -> bool {
    let forecast = position.and_then(|position| position.forecast);
    forecast.is_some_and(|forecast| forecast.median.waiting.is_none())
}

/// None if it is later than all that was likely.
fn forecast(outlook: &Outlook, since: Date, today: Date) -> Option<Forecast> {
    let from = later(since, outlook.waited)?;
    let by = |term: Term| {
        let on = later(from, term.weeks)?;
        Some(By {
            // What could have come by now has not.
            on: if term.waiting.is_none() {
                on.max(today)
            } else {
                on
            },
            waiting: term.waiting,
        })
    };
    let latest = outlook
        .ranges
        .map_or(outlook.median.estimate, |ranges| ranges.q90);
    if latest.waiting.is_none() && later(from, latest.weeks)? < today {
        return None;
    }
    let window = match outlook.ranges {
        Some(ranges) => Some(Window {
            q10: by(ranges.q10)?,
            q25: by(ranges.q25)?,
            q75: by(ranges.q75)?,
            q90: by(ranges.q90)?,
        }),
        None => None,
    };
    Some(Forecast {
        waited: outlook.waited,
        people: outlook.people,
        median: by(outlook.median.estimate)?,
        window,
    })
}

fn later(day: Date, weeks: u32) -> Option<Date> {
    let days = i32::try_from(weeks.checked_mul(WEEK)?).ok()?;
    Date::from_days(day.days().checked_add(days)?)
}
