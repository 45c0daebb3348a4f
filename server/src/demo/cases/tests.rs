use super::*;
use crate::journeys::{
    survival::{Curve, Level, Sample, Spell},
    templates::Catalogue,
};

const NOON: i64 = 20_700 * DAY + 12 * HOUR;
const MIDNIGHT: i64 = 20_700 * DAY + 5 * MINUTE;

fn made(count: usize) -> (Vec<Case>, Vec<Person>) {
    made_at(NOON, count)
}

fn made_at(now: i64, count: usize) -> (Vec<Case>, Vec<Person>) {
    let catalogue = Catalogue::bundled().unwrap();
    all(count, now, &mut Dice::new(1), |template, stage| {
        let template = catalogue.template(template).unwrap();
        let mut stages = template.stages.iter();
        stages.any(|known| known.key == stage && known.outcome.is_some())
    })
}

#[test]
fn about_two_of_five_still_wait_and_some_are_refused_or_give_up() {
    let (cases, people) = made(2_000);
    assert_eq!(cases.len(), 2_000);
    assert!((1_500..2_000).contains(&people.len()));
    let pending = cases.iter().filter(|case| case.pending).count();
    assert!((700..=900).contains(&pending), "{pending}");
    for (outcome, most) in [("refused", 200), ("withdrawn", 120)] {
        let ended = cases
            .iter()
            .filter(|case| case.outcome.is_some_and(|(how, _)| how == outcome));
        let ended = ended.count();
        assert!((20..most).contains(&ended), "{outcome}: {ended}");
    }
    let following = cases.iter().filter(|case| case.parent.is_some()).count();
    assert!(following > 20, "{following}");
}

#[test]
fn nothing_is_said_before_it_was_or_before_its_owner_came_or_in_the_future() {
    for now in [NOON, MIDNIGHT] {
        let (cases, people) = made_at(now, 500);
        for case in &cases {
            let owner = people
                .iter()
                .find(|person| person.id == case.owner)
                .unwrap();
            assert!(owner.created_at <= case.created_at && case.created_at <= now);
            assert!(case.confirmed_at <= now);
            let mut before = (i64::MIN, i64::MIN);
            for event in &case.events {
                assert!(event.recorded_at > case.created_at && event.recorded_at <= now);
                assert!(event.recorded_at <= case.confirmed_at);
                assert!((event.on, event.recorded_at) >= before, "{}", event.stage);
                if event.status == "happened" {
                    assert!(event.on * DAY <= event.recorded_at, "{}", event.stage);
                } else {
                    assert!(event.on > (now - LATEST) / DAY);
                }
                before = (event.on, event.recorded_at);
            }
        }
    }
}

#[test]
fn the_curve_finds_the_median_that_the_waits_were_drawn_with() {
    let (cases, _) = made(6_000);
    let office = "uscis-california-service-center";
    let spells = cases.iter().filter_map(|case| {
        let is_there = case.stays.iter().any(|stay| stay.office == office);
        let on = |stage| {
            let mut events = case.events.iter();
            events
                .find(|event| event.stage == stage)
                .map(|event| event.on)
        };
        let began = on("noa1").filter(|_| is_there && case.template == "us-k1")?;
        let (rfe, come) = (on("rfe"), on("noa2"));
        let ended = case.outcome.map(|(_, on)| on).filter(|_| come.is_none());
        let end = rfe.or(come).or(ended).unwrap_or(case.confirmed_at / DAY);
        let cause = (rfe.is_none() && come.is_some()).then_some(1);
        let days = i32::try_from(end - began).unwrap();
        Some(Spell::new(f64::from(days), cause))
    });
    let curve = Curve::fit(&Sample::from_spells(spells).unwrap());
    let median = curve.median(Level::NINETY_FIVE);
    let days = median.estimate.days().unwrap();
    let expected = 190.0 * 1.05;
    assert!((days - expected).abs() < 8.0, "{days}");
}
