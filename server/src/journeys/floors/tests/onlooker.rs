//! Random communities over many days: whoever compares all that was published learns of nobody, or of
//! at least five people at once.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

type Path = Vec<u8>;

/// One person's wait, at an office and in a quarter there. Its days stand for the month.
#[derive(Clone, Copy, Debug)]
struct Member {
    office: u8,
    quarter: u8,
    days: u32,
    consents: bool,
}

type Community = BTreeMap<u128, Vec<Member>>;

fn cells(community: &Community) -> BTreeMap<Path, Edition> {
    let mut cells: BTreeMap<Path, Vec<Case>> = BTreeMap::new();
    for (&owner, journeys) in community {
        for journey in journeys.iter().filter(|journey| journey.consents) {
            let month = u8::try_from(journey.days % 2).unwrap();
            let path = [journey.office, journey.quarter, month];
            for length in 0..=3 {
                let cell = cells.entry(path[..length].to_vec()).or_default();
                cell.push(case(owner, journey.days, true));
            }
        }
    }
    cells
        .into_iter()
        .map(|(path, cases)| (path, Edition::new(cases).unwrap()))
        .collect()
}

/// What an onlooker holds: as sets of (owner, days), worked out without what is tested.
type Seen = BTreeSet<(u128, u64)>;

fn seen(edition: &Edition) -> Seen {
    edition
        .cases()
        .map(|case| (case.owner.as_u128(), case.spell.time.to_bits()))
        .collect()
}

fn tells_of_a_few(difference: impl IntoIterator<Item = (u128, u64)>) -> bool {
    let owners: BTreeSet<_> = difference.into_iter().map(|(owner, _)| owner).collect();
    (1..FEWEST).contains(&owners.len())
}

/// How members come, go, come back and change from day to day.
fn changes() -> impl Strategy<Value = Vec<(u128, Member)>> {
    let member =
        (0..3_u8, 0..3_u8, 0..3_u32, 0..8_u8).prop_map(|(office, quarter, days, consents)| {
            Member {
                office,
                quarter,
                days: 10 + days,
                consents: consents > 0,
            }
        });
    prop::collection::vec((0..60_u128, member), 0..30)
}

proptest! {
    #[test]
    fn nothing_that_was_published_tells_of_fewer_than_five_people(
        days in prop::collection::vec(changes(), 1..12),
    ) {
        let mut community = Community::new();
        let mut ledger = Ledger::default();
        let mut told: BTreeMap<Path, Vec<Seen>> = BTreeMap::new();
        let mut left: BTreeMap<Path, Vec<(Seen, Seen)>> = BTreeMap::new();
        for changes in days {
            for (owner, member) in changes {
                // One journey a person, and now and then another.
                let journeys = community.entry(owner).or_default();
                if journeys.is_empty() || (member.days == 12 && journeys.len() < 3) {
                    journeys.push(member);
                } else {
                    journeys[0] = member;
                }
            }
            let consents = |owner: Uuid| {
                community[&owner.as_u128()].iter().any(|journey| journey.consents)
            };
            let decisions = ledger.publish(&cells(&community), consents);
            for (path, decision) in decisions {
                let latest = ledger.latest(&path);
                if decision == Decision::Fresh {
                    told.entry(path).or_default().push(seen(latest.unwrap()));
                } else if decision == Decision::Kept {
                    prop_assert!(latest.unwrap().owners().all(consents));
                }
            }
            for (path, editions) in &told {
                for (other, others) in &told {
                    if !other.starts_with(path) {
                        continue;
                    }
                    for (one, two) in editions.iter().flat_map(|one| others.iter().map(move |two| (one, two))) {
                        prop_assert!(one.len() >= FEWEST && !tells_of_a_few(one.iter().copied()));
                        prop_assert!(!tells_of_a_few(one ^ two), "{path:?} {other:?}");
                    }
                }
                let within: Seen = told
                    .iter()
                    .filter(|(other, _)| other.len() == path.len() + 1 && other.starts_with(path))
                    .flat_map(|(_, editions)| editions.last().unwrap())
                    .copied()
                    .collect();
                let whole = editions.last().unwrap();
                let rest = (whole - &within, &within - whole);
                prop_assert!(!tells_of_a_few(&rest.0 | &rest.1), "what is left of {path:?}");
                let earlier = left.entry(path.clone()).or_default();
                for (more, less) in earlier.iter() {
                    let difference = &(&rest.0 ^ more) | &(&rest.1 ^ less);
                    prop_assert!(!tells_of_a_few(difference), "what was left of {path:?}");
                }
                earlier.push(rest);
            }
        }
    }

    #[test]
    fn a_community_that_grows_is_told_of(newcomers in 5..20_u128) {
        let mut ledger = Ledger::default();
        let mut fresh = 0;
        for day in 1..10_u128 {
            let community: Community = (0..day * newcomers)
                .map(|owner| {
                    let member = Member {
                        office: u8::try_from(owner % 2).unwrap(),
                        quarter: 0,
                        days: 10,
                        consents: true,
                    };
                    (owner, vec![member])
                })
                .collect();
            let decisions = ledger.publish(&cells(&community), |_| true);
            fresh += usize::from(decisions[&vec![]] == Decision::Fresh);
        }
        prop_assert_eq!(fresh, 9);
    }
}
