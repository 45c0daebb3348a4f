//! What the floors let through, as pages get it.

use app::waits::{
    Bar, Comparison, Coverage, End, Ending, Estimate, Figures, Histogram, Outlook, Ranges, Step,
    Term,
};

use super::cells::{COME, REFUSED, RETURNED, WITHDRAWN};
use crate::journeys::{
    floors::{self, Wait},
    survival::Cause,
};

pub(super) fn figures(figures: &floors::Figures) -> Figures {
    let outlooks = figures.outlooks.iter().map(|outlook| Outlook {
        waited: number(outlook.waited),
        until: number(outlook.until),
        people: number(outlook.people),
        median: Estimate {
            estimate: term(outlook.median.estimate),
            lower: term(outlook.median.lower),
            upper: term(outlook.median.upper),
        },
        ranges: outlook.ranges.map(|ranges| Ranges {
            q10: term(ranges.q10),
            q25: term(ranges.q25),
            q75: term(ranges.q75),
            q90: term(ranges.q90),
        }),
    });
    let curve = figures.curve.iter().map(|step| Step {
        week: number(step.week),
        waiting: step.waiting,
        lower: step.lower,
        upper: step.upper,
    });
    let endings = figures.endings.iter().map(|ending| Ending {
        ends: ending.causes.iter().copied().map(end).collect(),
        shares: ending.shares.clone(),
    });
    Figures {
        people: number(figures.people),
        ended: figures.ended.map(number),
        outlooks: outlooks.collect(),
        curve: curve.collect(),
        endings: endings.collect(),
        histogram: figures.histogram.as_ref().map(histogram),
    }
}

fn histogram(histogram: &floors::Histogram) -> Histogram {
    let bars = |bars: &[floors::Bar]| {
        let bars = bars.iter().map(|bar| Bar {
            from: number(bar.from),
            until: number(bar.until),
            people: number(bar.people),
        });
        bars.collect()
    };
    Histogram {
        ended: bars(&histogram.ended),
        open: bars(&histogram.open),
        mixed: histogram.mixed,
    }
}

/// How unlikely chance must make it that offices differ so much, before it is told that they do.
const SURE: f64 = 0.01;

pub(super) fn comparison(comparison: floors::Comparison) -> Comparison {
    Comparison {
        offices: number(comparison.offices),
        differ: comparison.test.p < SURE,
    }
}

pub(super) fn coverage(coverage: floors::Coverage) -> Coverage {
    Coverage {
        people: number(coverage.people),
        forecasts: number(coverage.forecasts),
        within: coverage.within,
        lower: coverage.lower,
        upper: coverage.upper,
        unknown: coverage.unknown.map(number),
    }
}

fn term(wait: Wait) -> Term {
    match wait {
        Wait::Weeks(weeks) => Term {
            weeks: number(weeks),
            waiting: None,
        },
        Wait::Beyond { weeks, waiting } => Term {
            weeks: number(weeks),
            waiting: Some(waiting),
        },
    }
}

fn end(cause: Cause) -> End {
    match cause {
        COME => End::Come,
        REFUSED => End::Refused,
        WITHDRAWN => End::Withdrawn,
        RETURNED => End::Returned,
        _ => End::Passed,
    }
}

/// Weeks and people are few.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
