//! Where somebody stands, for curves and outlooks that are made up.

use app::waits::{Estimate, Ranges, Step};
use uuid::Uuid;

use super::*;

const SINCE: &str = "2026-01-01";

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn term(weeks: u32) -> Term {
    Term {
        weeks,
        waiting: None,
    }
}

fn outlook(waited: u32, [q10, q25, q50, q75, q90]: [Term; 5], has_ranges: bool) -> Outlook {
    Outlook {
        waited,
        until: 100,
        people: 40 - waited,
        median: Estimate {
            estimate: q50,
            lower: q25,
            upper: q75,
        },
        ranges: has_ranges.then_some(Ranges { q10, q25, q75, q90 }),
    }
}

/// A curve that falls by ten percent a week for eight weeks.
fn figures(outlooks: Vec<Outlook>) -> Figures {
    let curve = (0..8_u32).zip([100, 90, 80, 70, 60, 50, 40, 30]);
    Figures {
        people: 40,
        ended: Some(30),
        outlooks,
        curve: curve
            .map(|(week, waiting)| Step {
                week,
                waiting,
                lower: waiting,
                upper: waiting,
            })
            .collect(),
        endings: Vec::new(),
        histogram: None,
    }
}

fn at(today: &str, figures: &Figures) -> Position {
    position(
        JourneyId(Uuid::nil()),
        day(SINCE),
        day(today),
        Some(figures),
    )
    .unwrap()
}

#[test]
fn somebody_is_told_how_many_were_through_after_as_long_a_wait() {
    let figures = figures(Vec::new());
    for (today, waited, through) in [
        ("2026-01-01", 0, Some(0)),
        ("2026-01-07", 6, Some(0)),
        ("2026-01-08", 7, Some(10)),
        ("2026-02-25", 55, Some(70)),
        ("2026-02-26", 56, None),
    ] {
        let here = at(today, &figures);
        assert_eq!((here.waited, here.through), (waited, through), "{today}");
    }
}

#[test]
fn whoever_has_waited_longer_than_the_curve_goes_learns_where_it_ends() {
    let outlooks = vec![outlook(0, [1, 2, 5, 9, 90].map(term), true)];
    let here = at("2026-02-26", &figures(outlooks));
    let end = Term {
        weeks: 7,
        waiting: Some(30),
    };
    assert_eq!((here.beyond, here.forecast), (Some(end), None));
}

#[test]
fn the_window_counts_from_those_who_had_waited_as_long_and_no_day_of_it_is_past() {
    let outlooks = vec![
        outlook(0, [1, 2, 5, 9, 20].map(term), true),
        outlook(3, [1, 2, 4, 6, 8].map(term), true),
        outlook(6, [1, 2, 3, 4, 5].map(term), false),
    ];
    let figures = figures(outlooks);
    // Three weeks and three days.
    let forecast = at("2026-01-25", &figures).forecast.unwrap();
    let window = forecast.window.unwrap();
    assert_eq!((forecast.waited, forecast.people), (3, 37));
    assert_eq!(forecast.median.on, day("2026-02-19"));
    let days = [window.q10, window.q25, window.q75, window.q90].map(|by| by.on.to_string());
    assert_eq!(
        days,
        ["2026-01-29", "2026-02-05", "2026-03-05", "2026-03-19"]
    );
    // Five weeks and six days: a week after the third has gone by.
    let window = at("2026-02-11", &figures).forecast.unwrap().window.unwrap();
    assert_eq!(window.q10.on, day("2026-02-11"));
    // Below the floor of ranges there is the median.
    let forecast = at("2026-02-12", &figures).forecast.unwrap();
    assert_eq!(
        (forecast.window, forecast.median.on),
        (None, day("2026-03-05"))
    );
}

#[test]
fn nobody_is_foretold_anything_from_those_who_had_waited_for_less_and_are_gone() {
    let few = Outlook {
        until: 3,
        ..outlook(0, [1, 2, 40, 50, 60].map(term), false)
    };
    // Below the floor of a curve there is nothing else that says so.
    let figures = Figures {
        curve: Vec::new(),
        ..figures(vec![few])
    };
    assert!(at("2026-01-28", &figures).forecast.is_some());
    assert_eq!(at("2026-01-29", &figures).forecast, None);
}

#[test]
fn where_the_curve_never_falls_so_far_the_answer_says_so() {
    let nobody_knows = Term {
        weeks: 9,
        waiting: Some(25),
    };
    let terms = [term(1), term(2), term(5), nobody_knows, nobody_knows];
    let forecast = at("2026-01-02", &figures(vec![outlook(0, terms, true)])).forecast;
    let window = forecast.unwrap().window.unwrap();
    let beyond = By {
        on: day("2026-03-05"),
        waiting: Some(25),
    };
    assert_eq!([window.q75, window.q90], [beyond; 2]);
}

#[test]
fn nothing_is_foretold_once_all_that_was_likely_is_past_or_nothing_is_known() {
    let figures = figures(vec![outlook(0, [1, 1, 2, 2, 3].map(term), true)]);
    assert!(at("2026-01-22", &figures).forecast.is_some());
    assert_eq!(at("2026-01-23", &figures).forecast, None);
    let journey = JourneyId(Uuid::nil());
    let nothing = position(journey, day(SINCE), day("2026-01-23"), None).unwrap();
    assert_eq!(
        (
            nothing.waited,
            nothing.through,
            nothing.beyond,
            nothing.forecast
        ),
        (22, None, None, None)
    );
    assert_eq!(position(journey, day(SINCE), day("2025-12-31"), None), None);
}
