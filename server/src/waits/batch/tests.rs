//! What the batch puts down: when something new is told, and what whoever keeps all of it could learn.

use proptest::prelude::*;

use super::*;
use crate::journeys::{floors::FEWEST, survival::Spell};

/// So many people who wait for so many days.
fn cell(people: u128, days: f64) -> Vec<Case> {
    let cases = (0..people).map(|owner| Case {
        owner: Uuid::from_u128(owner),
        spell: Spell::new(days, None),
    });
    cases.collect()
}

/// Whether a cell that was told of on the first of March is told of anew.
fn is_told(people: u128, on: &str, shown: bool, withdrawn: bool, gone: u128) -> bool {
    let past = Past {
        path: Vec::new(),
        made_on: "2026-03-01".parse().unwrap(),
        cases: cell(people, 30.0),
        shown,
        withdrawn,
    };
    let cells = BTreeMap::from([(Vec::new(), cell(people, 31.0))]);
    let consents = |owner: Uuid| owner.as_u128() >= gone;
    let (decided, _) = decide(vec![past], cells, on.parse().unwrap(), consents, figures).unwrap();
    matches!(decided[0].1, Decided::Fresh(_))
}

#[test]
fn of_many_people_something_new_is_told_once_a_week_unless_what_was_told_is_hidden() {
    for (people, on, shown, withdrawn, gone, expected) in [
        (100, "2026-03-02", true, false, 0, false),
        (100, "2026-03-07", true, false, 0, false),
        (100, "2026-03-08", true, false, 0, true),
        (99, "2026-03-02", true, false, 0, true),
        (100, "2026-03-02", false, false, 0, true),
        (100, "2026-03-02", true, true, 0, true),
        (100, "2026-03-02", true, false, 1, true),
    ] {
        assert_eq!(
            is_told(people, on, shown, withdrawn, gone),
            expected,
            "{people} {on} {shown} {withdrawn} {gone}"
        );
    }
}

/// Somebody's wait, in a quarter and a month of an office.
#[derive(Clone, Copy, Debug)]
struct Wait {
    office: u8,
    quarter: u8,
    month: u8,
    spell: Spell,
}

/// Who wants their wait to be counted. Whoever does not any more is there with none.
type Community = BTreeMap<u128, Option<Wait>>;

fn counted(community: &Community) -> BTreeMap<Path, Vec<Case>> {
    let mut cells: BTreeMap<Path, Vec<Case>> = BTreeMap::new();
    for (owner, wait) in community {
        let Some(wait) = wait else { continue };
        let path = [wait.office, wait.quarter, wait.month].map(|part| part.to_string());
        let case = Case {
            owner: Uuid::from_u128(*owner),
            spell: wait.spell,
        };
        for length in 0..=path.len() {
            cells.entry(path[..length].to_vec()).or_default().push(case);
        }
    }
    cells
}

/// An edition as the database keeps it.
struct Kept {
    path: Path,
    made_on: Date,
    cases: Vec<Case>,
    shown: bool,
    withdrawn: bool,
    /// Whether anybody ever saw it.
    told: bool,
}

impl Kept {
    fn past(&self) -> Past {
        Past {
            path: self.path.clone(),
            made_on: self.made_on,
            cases: self.cases.clone(),
            shown: self.shown,
            withdrawn: self.withdrawn,
        }
    }

    fn seen(&self) -> BTreeSet<(Uuid, u64, u64, Option<u16>)> {
        let cases = self.cases.iter();
        cases
            .map(|Case { owner, spell }| {
                (
                    *owner,
                    spell.entry.to_bits(),
                    spell.time.to_bits(),
                    spell.cause,
                )
            })
            .collect()
    }
}

/// Puts down what a day's batch decides.
fn count(kept: &mut Vec<Kept>, community: &Community, today: Date) {
    let past = kept.iter().map(Kept::past).collect();
    let consents = |owner: Uuid| matches!(community.get(&owner.as_u128()), Some(Some(_)));
    let (decided, _) = decide(past, counted(community), today, consents, figures).unwrap();
    for (path, decision) in decided {
        let last = kept.iter_mut().rev().find(|kept| kept.path == path);
        match decision {
            Decided::Shown(shown) => {
                if let Some(last) = last {
                    // What has no figures cannot be shown.
                    last.shown = shown && last.told;
                }
            }
            Decided::Fresh(fresh) => {
                if let Some(last) = last {
                    last.shown = false;
                }
                kept.push(Kept {
                    path,
                    made_on: today,
                    cases: fresh.cases,
                    shown: fresh.figures.is_some(),
                    withdrawn: false,
                    told: fresh.figures.is_some(),
                });
            }
        }
    }
}

/// Somebody's wait is another one from this day on, or counts no more.
fn changes() -> impl Strategy<Value = Vec<(u128, Option<Wait>)>> {
    let wait = (
        0..2_u8,
        0..2_u8,
        0..2_u8,
        20..24_u32,
        0..3_u32,
        any::<bool>(),
    );
    let wait = wait.prop_map(|(office, quarter, month, days, late, over)| Wait {
        office,
        quarter,
        month,
        spell: Spell {
            entry: f64::from(late),
            time: f64::from(days),
            cause: over.then_some(cells::COME),
        },
    });
    prop::collection::vec((0..40_u128, prop::option::weighted(0.85, wait)), 0..30)
}

proptest! {
    #[test]
    fn whoever_keeps_all_that_was_ever_told_learns_of_no_fewer_than_five_people(
        crowd in any::<bool>(),
        days in prop::collection::vec(changes(), 1..10),
    ) {
        let mut community = Community::new();
        if crowd {
            // So many that what is told of them stands for a week.
            let wait = Wait { office: 0, quarter: 0, month: 0, spell: Spell::new(30.0, None) };
            community.extend((100..205).map(|owner| (owner, Some(wait))));
        }
        let first: Date = "2026-03-01".parse().unwrap();
        let mut kept: Vec<Kept> = Vec::new();
        for (day, changes) in (0..).zip(days) {
            for (owner, wait) in changes {
                if community.insert(owner, wait).flatten().is_some() && wait.is_none() {
                    let of_theirs = |kept: &&mut Kept| {
                        kept.cases.iter().any(|case| case.owner.as_u128() == owner)
                    };
                    kept.iter_mut().filter(of_theirs).for_each(|kept| kept.withdrawn = true);
                }
            }
            count(&mut kept, &community, Date::from_days(first.days() + day).unwrap());
            for one in kept.iter().filter(|kept| kept.shown) {
                let counted = |case: &Case| community[&case.owner.as_u128()].is_some();
                prop_assert!(one.cases.iter().all(counted), "{:?} is shown", one.path);
            }
            let told: Vec<_> = kept.iter().filter(|kept| kept.told).collect();
            let seen: Vec<_> = told.iter().map(|kept| kept.seen()).collect();
            for (one, here) in told.iter().zip(&seen) {
                for (other, there) in told.iter().zip(&seen) {
                    if !other.path.starts_with(&one.path) {
                        continue;
                    }
                    let differ: BTreeSet<_> = (here ^ there).iter().map(|case| case.0).collect();
                    prop_assert!(
                        differ.is_empty() || differ.len() >= FEWEST,
                        "{:?} of {} and {:?} of {}", one.path, one.made_on, other.path, other.made_on
                    );
                }
            }
        }
    }
}
