//! What has become of people by each week, where a wait may end in several ways.

use std::collections::BTreeMap;

use super::{
    FEWEST,
    edition::Edition,
    figures::{Share, percent},
    weeks,
};
use crate::journeys::survival::{Cause, Incidences};

/// One way to end, or several that are told together because too few people ended in one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    pub causes: Vec<Cause>,
    /// The share that has ended so by the beginning of each week.
    pub shares: Vec<Share>,
}

/// All ways to end, for so many weeks. Together with who still waits they are everybody: so one that is
/// not told could be worked out, and the small ones are told in common, or nothing is.
pub(super) fn of(edition: &Edition, incidences: &Incidences, weeks: usize) -> Vec<Ending> {
    if weeks == 0 {
        return Vec::new();
    }
    let endings = in_common(edition).into_iter().map(|causes| {
        let share = |week| {
            let days = weeks::days(week);
            percent(causes.iter().map(|&cause| incidences.at(cause, days)).sum())
        };
        Ending {
            shares: (0..weeks).map(share).collect(),
            causes: causes.clone(),
        }
    });
    endings.collect()
}

/// The causes in groups of enough people each; none if there are not enough for one.
fn in_common(edition: &Edition) -> Vec<Vec<Cause>> {
    let people = |causes: &[Cause]| {
        let ended = edition.only(|case| {
            case.spell
                .cause
                .is_some_and(|cause| causes.contains(&cause))
        });
        ended.owners().count()
    };
    let mut sizes: BTreeMap<Cause, usize> = BTreeMap::new();
    for cause in edition.cases().filter_map(|case| case.spell.cause) {
        sizes.entry(cause).or_insert_with(|| people(&[cause]));
    }
    let mut causes: Vec<_> = sizes.into_iter().collect();
    causes.sort_by_key(|&(cause, people)| (people, cause));
    let mut groups: Vec<Vec<Cause>> = Vec::new();
    for (cause, _) in causes {
        match groups.last_mut() {
            Some(group) if people(group) < FEWEST => group.push(cause),
            _ => groups.push(vec![cause]),
        }
    }
    if groups.iter().any(|group| people(group) < FEWEST) {
        return Vec::new();
    }
    groups
}
