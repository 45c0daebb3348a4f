//! Journeys that are not believed: they are kept, and nobody is told, but they do not count. Pure.
//!
//! Two kinds. Days that cannot be, of one journey; and a burst, of many: so many journeys of one kind at one office are
//! first heard of on one day that somebody may be making them up. People who are real come back, so those of a burst
//! count from when their owners have said something a while later.

use std::collections::{BTreeMap, BTreeSet};

use app::journeys::{Clock, Date};

use super::{
    calibration::History,
    cells::{Journey, Places},
};
use crate::journeys::templates::{Catalogue, Template};

/// Nobody who is waiting now, or has waited in the time that counts, began before that year.
const FIRST_YEAR: i32 = 1950;

/// Somewhere it is tomorrow already.
const AHEAD: i32 = 1;

/// So many on one day are none yet, however few there were before.
const FEW: usize = 20;

/// A day is held against so many before it, in days; and so long after it people come back.
const BEFORE: i32 = 28;

/// Those that are believed on a day.
pub(super) fn believed(
    catalogue: &Catalogue,
    mut histories: Vec<History>,
    today: Date,
) -> Vec<History> {
    let places: BTreeMap<&str, (&Template, Places<'_>)> = catalogue
        .templates()
        .map(|template| {
            let places = Places::of(catalogue, template);
            (template.slug.as_str(), (template, places))
        })
        .collect();
    let bursts = bursts(&histories);
    let is_believed = |history: &History| {
        let has_come_back = history.confirmed.since(history.joined) >= BEFORE;
        let can_be = match (places.get(&*history.template), history.now()) {
            (Some((template, places)), Some(journey)) => can_be(template, places, &journey, today),
            _ => true,
        };
        can_be && (has_come_back || !bursts.contains(&group(history)))
    };
    let believed: Vec<bool> = histories.iter().map(is_believed).collect();
    let mut believed = believed.into_iter();
    histories.retain(|_| believed.next() == Some(true));
    histories
}

/// What is heard of together: a kind of journey, with which office, and on which day.
type Group<'a> = (&'a str, &'a str, Date);

fn group(history: &History) -> Group<'_> {
    let office = history.stays.last().map_or("", |stay| &stay.office);
    (&history.template, office, history.joined)
}

/// The days on which more were first heard of than in the weeks before together. Where nothing was heard of before
/// those weeks, everything is new, and nothing can be said.
fn bursts(histories: &[History]) -> BTreeSet<Group<'_>> {
    let mut heard: BTreeMap<(&str, &str), BTreeMap<Date, usize>> = BTreeMap::new();
    for history in histories {
        let (template, office, day) = group(history);
        let days = heard.entry((template, office)).or_default();
        *days.entry(day).or_default() += 1;
    }
    let mut bursts = BTreeSet::new();
    for ((template, office), days) in &heard {
        for (day, count) in days {
            let earlier = days.range(..day);
            let is_old =
                (earlier.clone().next()).is_some_and(|(first, _)| day.since(*first) > BEFORE);
            let lately: usize = earlier
                .filter(|(before, _)| day.since(**before) <= BEFORE)
                .map(|(_, count)| count)
                .sum();
            if is_old && *count >= FEW && *count > lately {
                bursts.insert((*template, *office, *day));
            }
        }
    }
    bursts
}

/// Whether its days can be: none is yet to come or of another age, and nothing that an office answers came before
/// what it answers.
fn can_be(template: &Template, places: &Places<'_>, journey: &Journey, today: Date) -> bool {
    let mut days = journey.happened.iter().map(|(_, day)| *day);
    if days.any(|day| day.since(today) > AHEAD || day.year() < FIRST_YEAR) {
        return false;
    }
    let steps = template.transitions.iter();
    steps
        .filter(|step| step.clock == Clock::Government)
        .filter(|step| places.place(&step.to) > places.place(&step.from))
        .all(|step| {
            let Some(asked) = journey.first(&step.from, Date::FIRST) else {
                return true;
            };
            journey.first(&step.to, Date::FIRST).is_none()
                || journey.come(&step.to, asked).is_some()
        })
}

#[cfg(test)]
mod tests {
    use app::journeys::Precision;
    use uuid::Uuid;

    use super::{
        super::calibration::{Said, Stay},
        *,
    };

    const HERE: &str = "uscis-california-service-center";

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn history(owner: u128, joined: &str, happened: &[(&str, &str)]) -> History {
        let joined = day(joined);
        let said = happened.iter().map(|(stage, on)| Said {
            stage: (*stage).into(),
            on: day(on),
            recorded: joined,
            until: None,
        });
        History {
            template: "us-k1".into(),
            owner: Uuid::from_u128(owner),
            joined,
            confirmed: joined,
            ended: None,
            said: said.collect(),
            stays: vec![Stay {
                stage: "filed".into(),
                office: HERE.into(),
                recorded: joined,
            }],
        }
    }

    fn believed_of(histories: Vec<History>) -> Vec<u128> {
        let catalogue = Catalogue::bundled().unwrap();
        let believed = believed(&catalogue, histories, day("2026-01-15"));
        let mut owners: Vec<_> = believed.iter().map(|one| one.owner.as_u128()).collect();
        owners.sort_unstable();
        owners
    }

    #[test]
    fn days_that_cannot_be_do_not_count_and_odd_ones_do() {
        let filed = ("filed", "2025-02-01");
        for (happened, counts) in [
            (vec![filed, ("noa1", "2025-02-11")], true),
            // An answer before what it answers.
            (vec![filed, ("noa1", "2025-01-11")], false),
            (vec![("noa1", "2025-02-11"), ("noa2", "2025-02-04")], false),
            // The one may be known to the day, and the other to the week.
            (vec![("noa1", "2025-02-12"), ("noa2", "2025-02-10")], true),
            // A second request for evidence, and both on one day.
            (
                vec![
                    ("noa1", "2025-02-11"),
                    ("rfe", "2025-04-01"),
                    ("rfe_reply", "2025-05-01"),
                    ("rfe", "2025-06-01"),
                    ("noa2", "2025-07-01"),
                ],
                true,
            ),
            (vec![filed, ("noa1", "2025-02-01")], true),
            // Yet to come, and of another age.
            (vec![filed, ("noa1", "2026-02-11")], false),
            (vec![("filed", "1925-02-01")], false),
        ] {
            let owners = believed_of(vec![history(1, "2025-03-01", &happened)]);
            assert_eq!(!owners.is_empty(), counts, "{happened:?}");
        }
    }

    /// Somebody each fourth day of 2025, and then so many on one day.
    fn community(many: u128) -> Vec<History> {
        let first = day("2025-01-01").days();
        let mut histories: Vec<_> = (0..60)
            .map(|number| {
                let joined = Date::from_days(first + 4 * number).unwrap();
                let joined = joined.told(Precision::Day);
                let owner = 1000 + u128::try_from(number).unwrap();
                history(owner, &joined, &[("noa1", &joined)])
            })
            .collect();
        let burst = (0..many).map(|owner| history(owner, "2025-10-01", &[("noa1", "2025-09-01")]));
        histories.extend(burst);
        histories
    }

    #[test]
    fn of_a_burst_only_those_count_who_have_come_back() {
        let mut histories = community(30);
        assert_eq!(believed_of(histories.clone()).len(), 60);
        let back = histories.last_mut().unwrap();
        back.confirmed = day("2025-10-29");
        let owner = back.owner.as_u128();
        let owners = believed_of(histories);
        assert_eq!((owners.len(), owners[0]), (61, owner));
    }

    #[test]
    fn a_few_on_one_day_are_no_burst_and_neither_are_the_first() {
        assert_eq!(believed_of(community(19)).len(), 79);
        let first = (0..500).map(|owner| history(owner, "2025-10-01", &[("noa1", "2025-09-01")]));
        assert_eq!(believed_of(first.collect()).len(), 500);
    }
}
