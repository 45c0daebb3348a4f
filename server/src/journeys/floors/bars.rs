//! How many waits lasted for how long. Each bar is a count of its own, so each has its people; together they are
//! everybody, so that nothing is left that could be worked out.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use uuid::Uuid;

use super::{FEWEST, edition::Edition, figures::to_five, weeks};

/// So many slots at most are there before any are put together, so that a picture has room for them.
const SLOTS: usize = 24;

/// The people whose waits lasted for more than `from` weeks, and no longer than `until`. Where the picture ends, those
/// who waited for longer are among them: how long the last few did, nobody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    pub from: usize,
    pub until: usize,
    /// To the nearest five.
    pub people: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    /// Waits that are over, whatever ended them.
    pub ended: Vec<Bar>,
    /// Waits that were last heard of then, and went on.
    pub open: Vec<Bar>,
    /// Too few go on to be told of alone: those who ended last are counted among them.
    pub mixed: bool,
}

/// A bar with those behind it.
struct Group {
    from: usize,
    until: usize,
    owners: BTreeSet<Uuid>,
}

impl Group {
    fn bar(&self) -> Bar {
        Bar {
            from: self.from,
            until: self.until,
            people: to_five(self.owners.len()),
        }
    }
}

impl Histogram {
    /// None below [`FEWEST`] people.
    pub(super) fn of(edition: &Edition) -> Option<Self> {
        let cases = |over: bool| {
            let cases = edition
                .cases()
                .filter(move |case| case.spell.cause.is_some() == over);
            cases.map(|case| (weeks::until(case.spell.time).max(1), case.owner))
        };
        let end = end(edition)?;
        let slot = end.div_ceil(SLOTS).max(1);
        let (mut ended, too_few) = groups(cases(true), slot, end);
        let (open, rest) = groups(cases(false), slot, end);
        if too_few.is_none() && rest.is_none() {
            return Some(Self {
                ended: ended.iter().map(Group::bar).collect(),
                open: open.iter().map(Group::bar).collect(),
                mixed: false,
            });
        }
        // Whoever is left of either side stands with all who are open, and with those who ended last if need be.
        let mut together = Group {
            from: 0,
            until: end.div_ceil(slot) * slot,
            owners: open.into_iter().flat_map(|group| group.owners).collect(),
        };
        together.owners.extend(too_few.into_iter().flatten());
        together.owners.extend(rest.into_iter().flatten());
        if together.owners.len() < FEWEST
            && let Some(last) = ended.pop()
        {
            together.from = last.from;
            together.owners.extend(last.owners);
        }
        (together.owners.len() >= FEWEST).then(|| Self {
            ended: ended.iter().map(Group::bar).collect(),
            open: vec![together.bar()],
            mixed: true,
        })
    }
}

/// The last week that the waits of [`FEWEST`] people reach. None if there are fewer.
fn end(edition: &Edition) -> Option<usize> {
    let mut longest: BTreeMap<Uuid, usize> = BTreeMap::new();
    for case in edition.cases() {
        let week = longest.entry(case.owner).or_default();
        *week = (*week).max(weeks::until(case.spell.time).max(1));
    }
    let mut longest: Vec<_> = longest.into_values().collect();
    longest.sort_unstable_by_key(|week| Reverse(*week));
    longest.get(FEWEST - 1).copied()
}

/// Puts slots together from the left until each group has its people; those who are left at the end join the last
/// group. If there is none, they are what is returned beside it.
fn groups(
    cases: impl Iterator<Item = (usize, Uuid)>,
    slot: usize,
    end: usize,
) -> (Vec<Group>, Option<BTreeSet<Uuid>>) {
    let mut slots: Vec<BTreeSet<Uuid>> = vec![BTreeSet::new(); end.div_ceil(slot)];
    for (week, owner) in cases {
        slots[(week.min(end) - 1) / slot].insert(owner);
    }
    let mut groups: Vec<Group> = Vec::new();
    let (mut from, mut owners) = (0, BTreeSet::new());
    for (number, people) in slots.into_iter().enumerate() {
        owners.extend(people);
        if owners.len() >= FEWEST {
            let until = (number + 1) * slot;
            let owners = std::mem::take(&mut owners);
            groups.push(Group {
                from,
                until,
                owners,
            });
            from = until;
        }
    }
    if owners.is_empty() {
        return (groups, None);
    }
    let Some(last) = groups.last_mut() else {
        return (groups, Some(owners));
    };
    last.until = end.div_ceil(slot) * slot;
    last.owners.extend(owners);
    (groups, None)
}
