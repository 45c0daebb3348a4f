//! What is told of how often ranges were right.

use uuid::Uuid;

use super::super::*;
use crate::journeys::survival::Level;

/// Everybody with so many forecasts that were right, wrong, or of which nothing is known.
fn coverage(people: &[[u32; 3]]) -> Option<Coverage> {
    let fates = [Fate::Within, Fate::Outside, Fate::Unknown];
    let cases = people.iter().zip(1_u128..).flat_map(|(counts, owner)| {
        let own = fates
            .into_iter()
            .zip(*counts)
            .filter(|(_, count)| *count > 0);
        own.map(move |(fate, count)| fate.case(Uuid::from_u128(owner), 3, count))
    });
    Coverage::of(&Edition::new(cases).unwrap(), Level::NINETY_FIVE)
}

#[test]
fn it_is_told_from_thirty_people_on_of_whom_it_is_known() {
    assert_eq!(coverage(&[[2, 0, 0]; 29]), None);
    let mut people = vec![[2, 0, 0]; 29];
    people.extend([[0, 0, 4]; 20]);
    assert_eq!(coverage(&people), None);
    people.push([0, 3, 0]);
    let told = coverage(&people).unwrap();
    assert_eq!((told.people, told.forecasts, told.within), (30, 60, 95));
    assert_eq!(told.unknown, Some(80));
}

#[test]
fn of_how_many_nothing_is_known_is_not_told_of_fewer_than_five_people() {
    let mut people = vec![[8, 2, 0]; 40];
    assert_eq!(coverage(&people).unwrap().unknown, Some(0));
    for person in people.iter_mut().take(4) {
        person[2] = 3;
    }
    assert_eq!(coverage(&people).unwrap().unknown, None);
    people[4][2] = 3;
    assert_eq!(coverage(&people).unwrap().unknown, Some(15));
}

#[test]
fn its_interval_counts_people_and_not_their_forecasts() {
    let once = coverage(&[[1, 0, 0], [1, 0, 0], [1, 0, 0], [1, 0, 0], [0, 1, 0]].repeat(20));
    let often = coverage(&[[9, 0, 0], [9, 0, 0], [9, 0, 0], [9, 0, 0], [0, 9, 0]].repeat(20));
    let (once, often) = (once.unwrap(), often.unwrap());
    assert_eq!((once.within, once.lower, once.upper), (80, 71, 87));
    assert_eq!((often.lower, often.upper), (once.lower, once.upper));
    assert_eq!((once.forecasts, often.forecasts), (100, 900));
}
