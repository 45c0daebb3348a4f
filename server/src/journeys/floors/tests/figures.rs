//! What is told of a cell.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::journeys::survival::Level;

#[test]
fn each_figure_has_its_floor() {
    let figures = |people: u128, ended: u128| {
        let cases = (0..people).map(|owner| {
            let days = u32::try_from(owner).unwrap() * 3 + 5;
            case(owner, if owner < ended { days } else { 300 }, owner < ended)
        });
        let edition = Edition::new(cases).unwrap();
        Figures::of(&edition, Level::NINETY_FIVE).unwrap()
    };
    assert_eq!(figures(4, 4), None);
    let five = figures(5, 5).unwrap();
    assert_eq!((five.people, five.ended), (5, Some(5)));
    assert!(five.outlooks.is_empty() && five.curve.is_empty());
    assert_eq!(figures(9, 4).unwrap().ended, None);
    assert_eq!(figures(9, 6).unwrap().ended, None);
    assert!(figures(10, 4).unwrap().outlooks.is_empty());
    assert!(figures(9, 5).unwrap().outlooks.is_empty());
    let ten = figures(10, 5).unwrap();
    assert!(ten.outlooks[0].ranges.is_none() && ten.curve.is_empty());
    assert!(figures(20, 9).unwrap().curve.is_empty());
    assert!(figures(19, 10).unwrap().curve.is_empty());
    let twenty = figures(20, 10).unwrap();
    assert!(twenty.outlooks[0].ranges.is_none() && !twenty.curve.is_empty());
    assert!(figures(30, 10).unwrap().outlooks[0].ranges.is_some());
}

#[test]
fn a_curve_is_drawn_for_as_long_as_five_people_wait() {
    // One a week, in the middle of it.
    let edition =
        Edition::new((0..24).map(|owner| case(owner, u32::try_from(owner).unwrap() * 7 + 4, true)));
    let figures = Figures::of(&edition.unwrap(), Level::NINETY_FIVE)
        .unwrap()
        .unwrap();
    let last = figures.curve.last().unwrap();
    // At the beginning of week 19 those of weeks 19 to 23 wait.
    assert_eq!((figures.curve.len(), last.week), (20, 19));
    assert_eq!(figures.outlooks[0].median.estimate, Wait::Weeks(12));
}

#[test]
fn a_median_does_not_rest_on_the_few_who_were_watched_before_the_others_joined() {
    let late = |owner: u128, joined: u32, days: u32| {
        let mut late = case(owner, days, true);
        late.spell.entry = f64::from(joined);
        late
    };
    let others = (2..32).map(|owner| late(owner, 100, 150 + u32::try_from(owner).unwrap()));
    let cases = others.chain([late(0, 0, 10), late(1, 0, 200)]);
    let figures = Figures::of(&Edition::new(cases).unwrap(), Level::NINETY_FIVE);
    let figures = figures.unwrap().unwrap();
    assert!(figures.curve.is_empty());
    // From day 105 on there are 31.
    assert_eq!(figures.outlooks[0].waited, 15);
    assert_eq!(figures.outlooks[0].median.estimate, Wait::Weeks(9));
}

#[test]
fn what_lies_beyond_begins_where_fewer_than_five_are_watched() {
    let early = (0..11).map(|owner| case(owner, 140, owner < 5));
    let edition = Edition::new(early.chain([case(11, 406, false)])).unwrap();
    let figures = Figures::of(&edition, Level::NINETY_FIVE).unwrap().unwrap();
    let beyond = Wait::Beyond {
        weeks: 19,
        waiting: 100,
    };
    assert_eq!(figures.outlooks[0].median.estimate, beyond);
}

#[test]
fn how_long_the_last_few_wait_is_nobodys_median_range_or_bar() {
    // Five end one by one, six are last heard of after six weeks, and one goes on until it ends.
    let ended = (0..5).map(|owner| case(owner, 7 * (u32::try_from(owner).unwrap() + 1), true));
    let cases = ended.chain((5..11).map(|owner| case(owner, 42, false)));
    let told = |last: u32| {
        let cases = cases.clone().chain([case(11, last, true)]);
        let edition = Edition::new(cases).unwrap();
        Figures::of(&edition, Level::NINETY_FIVE).unwrap().unwrap()
    };
    assert!(matches!(
        told(560).outlooks[0].median.estimate,
        Wait::Beyond { weeks: 5, .. }
    ));
    assert_eq!(told(560), told(350));
}

#[test]
fn ways_to_end_in_which_few_ended_are_told_together() {
    let endings = |sizes: &[usize]| {
        let causes = sizes
            .iter()
            .zip(1..)
            .flat_map(|(&size, cause)| vec![cause; size]);
        let cases = causes.zip(0..).map(|(cause, owner)| Case {
            owner: Uuid::from_u128(owner),
            spell: Spell::new(100.0 + f64::from(cause), Some(cause)),
        });
        let edition = Edition::new(cases).unwrap();
        let figures = Figures::of(&edition, Level::NINETY_FIVE).unwrap();
        figures
            .unwrap()
            .endings
            .into_iter()
            .map(|ending| ending.causes)
            .collect::<Vec<_>>()
    };
    assert_eq!(endings(&[20, 5]), [vec![2], vec![1]]);
    // If only the first were told, the second would be what is left.
    assert_eq!(endings(&[20, 4]), [vec![2, 1]]);
    assert_eq!(endings(&[20, 3, 2]), [vec![3, 2], vec![1]]);
    assert!(endings(&[5, 5]).is_empty());
}

fn bars(cases: &[(u128, u32, bool)]) -> Option<Histogram> {
    let cases = cases
        .iter()
        .map(|&(owner, days, ended)| case(owner, days, ended));
    let edition = Edition::new(cases).unwrap();
    let figures = Figures::of(&edition, Level::NINETY_FIVE).unwrap();
    figures.and_then(|figures| figures.histogram)
}

#[test]
fn weeks_are_put_together_until_each_bar_has_five_people() {
    // Six in the first week, three in each of the two after it, and one in the fourth; five wait.
    let mut cases: Vec<_> = (0..6).map(|owner| (owner, 3, true)).collect();
    cases.extend((6..12).map(|owner| (owner, if owner < 9 { 10 } else { 17 }, true)));
    cases.push((12, 24, true));
    cases.extend((13..18).map(|owner| (owner, 28, false)));
    let bar = |from, until, people| Bar {
        from,
        until,
        people,
    };
    let expected = Histogram {
        ended: vec![bar(0, 1, 5), bar(1, 4, 5)],
        open: vec![bar(0, 4, 5)],
        mixed: false,
    };
    assert_eq!(bars(&cases), Some(expected));
    // One fewer who waits: then nobody may be told of them alone.
    cases.pop();
    let expected = Histogram {
        ended: vec![bar(0, 1, 5)],
        open: vec![bar(1, 4, 10)],
        mixed: true,
    };
    assert_eq!(bars(&cases), Some(expected));
}

#[test]
fn offices_are_compared_from_twenty_people_each_on() {
    let office = |first: u128, people: u128, days: u32| {
        let cases = (first..first + people)
            .map(|owner| case(owner, days + u32::try_from(owner - first).unwrap(), true));
        Edition::new(cases).unwrap()
    };
    let (one, other) = (office(0, 20, 10), office(100, 20, 40));
    let compared = Comparison::of([&one, &other]).unwrap().unwrap();
    assert_eq!((compared.offices, compared.test.degrees), (2, 1));
    assert!(compared.test.p < 0.001);
    let few = office(200, 19, 40);
    assert_eq!(Comparison::of([&one, &few]).unwrap(), None);
    let compared = Comparison::of([&one, &other, &few]).unwrap();
    assert_eq!(compared.unwrap().offices, 2);
}

#[test]
fn several_journeys_of_one_person_count_as_one_person() {
    let cases = (0..40).map(|day| case(day % 4, 10 + u32::try_from(day).unwrap(), true));
    let edition = Edition::new(cases).unwrap();
    assert_eq!(Figures::of(&edition, Level::NINETY_FIVE).unwrap(), None);
}

proptest! {
    #[test]
    fn figures_never_say_more_than_the_people_behind_them_allow(
        drawn in prop::collection::vec((0..45_u128, 1..200_u32, any::<bool>(), 0..300_u32), 0..90),
    ) {
        // Some have joined in the middle of their waits.
        let entry = |days: u32, late: u32| if late < days { late } else { 0 };
        let edition = Edition::new(drawn.iter().map(|&(owner, days, ended, late)| {
            let mut case = case(owner, days, ended);
            case.spell.entry = f64::from(entry(days, late));
            case
        }));
        let edition = edition.unwrap();
        let watched = |week: usize| {
            let there = drawn.iter().filter(|(_, days, _, late)| {
                entry(*days, *late) as usize <= week * 7 && *days as usize > week * 7
            });
            there.map(|case| case.0).collect::<BTreeSet<_>>().len()
        };
        let cases: Vec<_> = drawn.iter().map(|&(owner, days, ended, _)| (owner, days, ended)).collect();
        let owners = |keep: &dyn Fn(u32, bool) -> bool| {
            let kept = cases.iter().filter(|(_, days, ended)| keep(*days, *ended));
            kept.map(|case| case.0).collect::<BTreeSet<_>>().len()
        };
        let people = owners(&|_, _| true);
        let Some(figures) = Figures::of(&edition, Level::NINETY_FIVE).unwrap() else {
            prop_assert!(people < FEWEST);
            return Ok(());
        };
        prop_assert!(people >= FEWEST && figures.people % 5 == 0);
        prop_assert!(figures.curve.is_empty() || people >= FEWEST_FOR_CURVE);
        for step in &figures.curve {
            prop_assert!(owners(&|days, _| days as usize > step.week * 7) >= FEWEST);
            prop_assert!(step.lower <= step.waiting && step.waiting <= step.upper);
        }
        for pair in figures.outlooks.windows(2) {
            let [earlier, later] = [pair[0].waited, pair[1].waited].map(|week| week * 7);
            let between = owners(&|days, _| (earlier + 1..=later).contains(&(days as usize)));
            prop_assert!(between >= FEWEST);
        }
        let histogram = figures.histogram.expect("there are five people");
        // The picture ends where five wait; whoever does for longer is in its last bars.
        let end = histogram.ended.iter().chain(&histogram.open).map(|bar| bar.until).max();
        let end = end.expect("there are five people");
        let slot = end.div_ceil(24).max(1);
        prop_assert!(owners(&|days, _| days as usize > end.saturating_sub(slot) * 7) >= FEWEST);
        let days_of = |until: usize| if until == end { usize::MAX } else { until * 7 };
        for bar in &histogram.ended {
            let within = bar.from * 7 + usize::from(bar.from > 0)..=days_of(bar.until);
            prop_assert!(owners(&|days, ended| ended && within.contains(&(days as usize))) >= FEWEST);
        }
        if let [bar] = histogram.open[..] && histogram.mixed {
            let behind = owners(&|days, ended| !ended || days as usize > bar.from * 7);
            prop_assert!(behind >= FEWEST);
        } else {
            for bar in &histogram.open {
                let within = bar.from * 7..=days_of(bar.until);
                prop_assert!(owners(&|days, ended| !ended && within.contains(&(days as usize))) >= FEWEST);
            }
        }
        for outlook in &figures.outlooks {
            let left = owners(&|days, _| days as usize > outlook.waited * 7);
            prop_assert!(left >= FEWEST_FOR_MEDIAN);
            prop_assert!(outlook.ranges.is_none() || left >= FEWEST_FOR_RANGES);
            prop_assert!(watched(outlook.waited) >= FEWEST_FOR_MEDIAN);
            let known = |week: usize| owners(&|days, _| days as usize > week * 7);
            let gone = known(outlook.waited) - known(outlook.until);
            prop_assert!(gone < FEWEST);
            let mut begins = vec![outlook.median.lower];
            begins.extend(outlook.ranges.iter().flat_map(|it| [it.q10, it.q25]));
            let mut ends = vec![outlook.median.estimate, outlook.median.upper];
            ends.extend(outlook.ranges.iter().flat_map(|it| [it.q75, it.q90]));
            let told = begins.into_iter().map(|wait| (wait, true)).chain(ends.into_iter().map(|wait| (wait, false)));
            for (wait, begins) in told {
                match wait {
                    Wait::Weeks(weeks) => {
                        // A span begins within that week, or with the very day on which the one before is over.
                        let day = (outlook.waited + weeks) * 7;
                        let within = begins && !drawn.iter().any(|case| case.1 as usize == day);
                        for week in 0..weeks + usize::from(within) {
                            prop_assert!(watched(outlook.waited + week) >= FEWEST);
                        }
                    },
                    Wait::Beyond { weeks, .. } => prop_assert!(watched(outlook.waited + weeks) >= FEWEST),
                }
            }
        }
    }
}
