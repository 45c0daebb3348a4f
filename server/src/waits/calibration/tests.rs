//! What was known when, and what became of forecasts.

use proptest::prelude::*;

use super::*;

const TODAY: &str = "2026-01-15";

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn said(stage: &str, on: Date, recorded: Date) -> Said {
    Said {
        stage: stage.into(),
        on,
        recorded,
        until: None,
    }
}

/// Somebody who began to wait on a day, and for whom it took so many days.
/// They say everything on its day.
fn waits(owner: u128, began: Date, days: i32) -> History {
    let today = day(TODAY);
    let came = later(began, days).unwrap();
    let mut history = History {
        template: "us-k1".into(),
        // As random as a pseudonym.
        owner: Uuid::from_u128(owner.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)),
        joined: began,
        confirmed: came.min(today),
        ended: None,
        said: vec![said("noa1", began, began)],
        stays: Vec::new(),
    };
    if came <= today {
        history.said.push(said("noa2", came, came));
    }
    history
}

/// So many people who began evenly over 40 months, for whom it took as long as `days` says of a share of them and of
/// the day on which they began.
fn population(people: u32, days: impl Fn(f64, i32) -> f64) -> Vec<History> {
    let first = day("2022-09-15");
    let people = (0..people).map(|number| {
        let after = i32::try_from(number * 1200 / people).unwrap();
        // Evenly spread, and in no order (a golden section each).
        let share = (f64::from(number) * 0.618_033_988_749_895).fract();
        let began = later(first, after).unwrap();
        waits(u128::from(number), began, whole(days(share, after)))
    });
    people.collect()
}

fn cells(histories: &[History]) -> BTreeMap<Vec<String>, Vec<Case>> {
    let catalogue = Catalogue::bundled().unwrap();
    let mut cells = of(&catalogue, histories, day(TODAY)).unwrap();
    cells.remove(&family("us-k1")).unwrap_or_default()
}

/// How many forecasts were right, wrong, or of which nothing is known.
fn fates(histories: &[History]) -> [f64; 3] {
    let cells = cells(histories);
    let path = ["noa1".to_owned(), "noa2".to_owned()];
    let cases = cells.get(&path[..]).cloned().unwrap_or_default();
    [1, 2, 3].map(|cause| {
        let own = cases.iter().filter(|case| case.spell.cause == Some(cause));
        own.map(|case| case.spell.time - case.spell.entry).sum()
    })
}

fn coverage([within, outside, _]: [f64; 3]) -> f64 {
    within / (within + outside)
}

#[test]
fn months_are_looked_back_at_from_the_last_that_is_over() {
    let ends = ends_of_months(day("2026-01-31"));
    assert_eq!(
        (ends.len(), ends[0], ends[23]),
        (MONTHS, day("2025-12-31"), day("2024-01-31"))
    );
    assert_eq!(ends_of_months(day("2024-03-01"))[0], day("2024-02-29"));
}

#[test]
fn what_was_recorded_or_put_right_later_was_not_known() {
    let mut history = waits(1, day("2025-03-01"), 100);
    let as_of = |history: &History, on: &str| history.as_of(day(on));
    let stages = |journey: Option<Journey>| -> Vec<(String, Date)> {
        let happened = journey.unwrap().happened.into_iter();
        happened
            .map(|(stage, on)| (stage.to_string(), on))
            .collect()
    };
    let (began, came) = (day("2025-03-01"), day("2025-06-09"));
    assert!(as_of(&history, "2025-02-28").is_none());
    assert_eq!(
        stages(as_of(&history, "2025-03-31")),
        [("noa1".to_owned(), began)]
    );
    assert_eq!(
        stages(as_of(&history, "2025-06-30"))[1],
        ("noa2".to_owned(), came)
    );
    // It came in June, and was recorded in August.
    history.said[1].recorded = day("2025-08-10");
    let in_july = as_of(&history, "2025-07-31").unwrap();
    assert_eq!((in_july.happened.len(), in_july.confirmed), (1, came));
    // The day on which it began was another one at first.
    history.said[0].recorded = day("2025-04-10");
    history
        .said
        .insert(0, said("noa1", day("2025-02-20"), began));
    history.said[0].until = Some(day("2025-04-10"));
    assert_eq!(
        stages(as_of(&history, "2025-03-31")),
        [("noa1".to_owned(), day("2025-02-20"))]
    );
    assert_eq!(
        stages(as_of(&history, "2025-04-30")),
        [("noa1".to_owned(), began)]
    );
    assert_eq!(
        stages(history.now()),
        [("noa1".to_owned(), began), ("noa2".to_owned(), came)]
    );
    history.ended = Some((None, day("2025-09-01")));
    assert!(as_of(&history, "2025-08-31").unwrap().ended.is_none());
    assert!(as_of(&history, "2025-09-30").unwrap().ended.is_some());
}

#[test]
fn where_waits_stay_what_they_are_eight_ranges_of_ten_hold() {
    let even = population(1600, |share, _| 30.0 + 300.0 * share);
    let fates = fates(&even);
    assert!(fates[0] + fates[1] > 1500.0, "{fates:?}");
    // A few more, since whole weeks are rounded outwards.
    assert!((0.8..0.88).contains(&coverage(fates)), "{fates:?}");
    // Nobody is silent.
    assert!(fates[2] < 1.0, "{fates:?}");
}

#[test]
fn where_waits_become_longer_fewer_ranges_hold() {
    let slower = population(1600, |share, began| {
        let slow = if began > 700 { 2.5 } else { 1.0 };
        slow * (30.0 + 150.0 * share)
    });
    let fates = fates(&slower);
    assert!(coverage(fates) < 0.7, "{fates:?}");
}

#[test]
fn nothing_is_foretold_from_fewer_than_thirty_people() {
    let few = population(29, |share, _| 30.0 + 300.0 * share);
    assert!(cells(&few).is_empty());
}

#[test]
fn of_those_who_say_nothing_any_more_it_is_unknown_and_after_long_not_asked() {
    let mut people = population(800, |share, _| 30.0 + 300.0 * share);
    let before = fates(&people);
    for history in people.iter_mut().step_by(4) {
        history.said.truncate(1);
        history.confirmed = later(history.joined, 60).unwrap();
    }
    let after = fates(&people);
    assert!(
        after[2] > 0.0 && after[2] < before[0],
        "{before:?} {after:?}"
    );
    assert!((0.7..0.9).contains(&coverage(after)), "{after:?}");
}

#[test]
fn a_step_counts_for_its_template_with_the_same_forecasts() {
    let cells = cells(&population(400, |share, _| 30.0 + 300.0 * share));
    let step = &cells[&vec!["noa1".to_owned(), "noa2".to_owned()]];
    assert_eq!(&cells[&Vec::new()], step);
    assert_eq!(cells.len(), 2);
}

/// People of all sorts: late to say so, silent, with a mistake put right.
fn people() -> impl Strategy<Value = Vec<History>> {
    let person = (
        0..1000_i32,
        1..300_i32,
        0..90_i32,
        0..400_i32,
        any::<bool>(),
    );
    let person = person.prop_map(|(after, days, late, silent, wrong)| {
        let began = later(day("2023-03-01"), after).unwrap();
        let owner = u128::from(after.unsigned_abs()) * 300 + u128::from(days.unsigned_abs());
        let mut history = waits(owner, began, days);
        for said in &mut history.said {
            said.recorded = later(said.recorded, late).unwrap();
        }
        history.confirmed = later(began, silent).unwrap().min(day(TODAY));
        if wrong {
            let until = Some(history.said[0].recorded);
            let on = later(began, -3).unwrap();
            history.said.insert(
                0,
                Said {
                    until,
                    ..said("noa1", on, began)
                },
            );
        }
        history
    });
    prop::collection::vec(person, 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn forecasts_are_those_of_people_who_are_counted_one_a_month_each(histories in people()) {
        let cells = cells(&histories);
        let mut forecasts: BTreeMap<Uuid, f64> = BTreeMap::new();
        for case in cells.get(&Vec::new()).into_iter().flatten() {
            *forecasts.entry(case.owner).or_default() += case.spell.time - case.spell.entry;
        }
        for (owner, forecasts) in forecasts {
            let own = histories.iter().filter(|history| history.owner == owner).count();
            prop_assert!(own > 0);
            prop_assert!(forecasts <= 24.0 * f64::from(u32::try_from(own).unwrap()));
        }
    }

    #[test]
    fn the_order_of_journeys_means_nothing(
        (histories, shuffled) in people().prop_flat_map(|people| {
            (Just(people.clone()), Just(people).prop_shuffle())
        }),
    ) {
        let [one, other] = [histories, shuffled].map(|histories| cells(&histories));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn what_is_said_after_a_month_changes_nothing_that_was_known_then(
        histories in people(),
        months in 0..24_usize,
    ) {
        let end = ends_of_months(day(TODAY))[months];
        for history in histories {
            let then = history.as_of(end);
            let mut forgetful = history.clone();
            forgetful.said.retain(|said| said.recorded <= end);
            for said in &mut forgetful.said {
                said.until = said.until.filter(|until| *until <= end);
            }
            let happened = |journey: Option<Journey>| journey.map(|journey| journey.happened);
            prop_assert_eq!(happened(then), happened(forgetful.as_of(end)));
        }
    }
}
