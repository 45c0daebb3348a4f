//! Those who had a wait in common by a day, and between which weeks eight in ten of them would be through. Pure.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    ops::Range,
};

use uuid::Uuid;

use crate::journeys::{
    floors::{FEWEST_FOR_MEDIAN, FEWEST_FOR_RANGES, Ground, weeks},
    survival::{Curve, InvalidSample, Sample, Spell},
};

pub(super) const WEEK: i32 = 7;

/// A wait as it was known by the day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watched<'a> {
    /// None for a wait that counts for all offices only.
    pub(super) office: Option<&'a str>,
    /// In which it began.
    pub(super) quarter: i32,
    pub(super) owner: Uuid,
    pub(super) spell: Spell,
}

/// In weeks from the week up to which somebody has waited. No last week: it lies beyond the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) first: i32,
    pub(super) last: Option<i32>,
}

/// All waits for one step by one day, by office and quarter.
pub(super) struct Crowds<'a> {
    watched: Vec<Watched<'a>>,
    /// Those that were asked for, by their place among the watched.
    known: BTreeMap<(usize, usize), Crowd>,
}

impl<'a> Crowds<'a> {
    pub(super) fn of(mut watched: Vec<Watched<'a>>) -> Self {
        watched.sort_by_key(|one| (one.office, one.quarter));
        Self {
            watched,
            known: BTreeMap::new(),
        }
    }

    /// By the smallest group of enough people who had waited for as many weeks: the latest quarter of the office
    /// first, then the office, then all. None if there are too few anywhere.
    pub(super) fn window(
        &mut self,
        office: Option<&str>,
        waited: i32,
    ) -> Result<Option<Window>, InvalidSample> {
        for group in self.groups(office) {
            let crowd = match self.known.entry((group.start, group.end)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(Crowd::of(&self.watched[group])?),
            };
            if let Some(window) = crowd.window(waited) {
                return Ok(Some(window));
            }
        }
        Ok(None)
    }

    fn groups(&self, office: Option<&str>) -> Vec<Range<usize>> {
        let mut groups = Vec::new();
        if let Some(office) = office {
            let start = self
                .watched
                .partition_point(|one| one.office < Some(office));
            let end = self
                .watched
                .partition_point(|one| one.office <= Some(office));
            let mut until = end;
            while until > start {
                let quarter = self.watched[until - 1].quarter;
                let there = &self.watched[start..until];
                let from = start + there.partition_point(|one| one.quarter < quarter);
                groups.push(from..until);
                until = from;
            }
            groups.push(start..end);
        }
        groups.push(0..self.watched.len());
        groups
    }
}

/// A group of waits, sorted once.
struct Crowd {
    curve: Curve,
    /// How long each person has waited at least, in order.
    lengths: Vec<f64>,
    /// How many are watched at the beginning of each week, and on which weeks the curve rests.
    watched: Vec<usize>,
    ground: Option<Ground>,
    windows: BTreeMap<i32, Window>,
}

impl Crowd {
    fn of(watched: &[Watched<'_>]) -> Result<Self, InvalidSample> {
        let mut longest: BTreeMap<Uuid, f64> = BTreeMap::new();
        for one in watched {
            let length = longest.entry(one.owner).or_default();
            *length = length.max(one.spell.time);
        }
        let mut lengths: Vec<f64> = longest.into_values().collect();
        lengths.sort_unstable_by(f64::total_cmp);
        let sample = Sample::from_spells(watched.iter().map(|one| one.spell))?;
        let watched = at_risk(watched);
        Ok(Self {
            curve: Curve::fit(&sample),
            lengths,
            ground: Ground::of(watched.iter().copied()),
            watched,
            windows: BTreeMap::new(),
        })
    }

    /// None below its floor, or where the curve breaks.
    fn window(&mut self, waited: i32) -> Option<Window> {
        let days = f64::from(waited * WEEK);
        let longer = self.lengths.len() - self.lengths.partition_point(|length| *length <= days);
        // From the start, those for whom it took no day count as well.
        let people = if waited > 0 {
            longer
        } else {
            self.lengths.len()
        };
        let week = usize::try_from(waited).ok()?;
        let ground = self.ground?;
        let enough = self.watched.get(week)? >= &FEWEST_FOR_MEDIAN;
        if people < FEWEST_FOR_RANGES
            || !(ground.first..=ground.last).contains(&week)
            || !enough
            || self.curve.exhausted().is_some()
        {
            return None;
        }
        let curve = &self.curve;
        let window = self.windows.entry(waited).or_insert_with(|| {
            let left = (waited > 0).then(|| curve.after(days));
            let window = left.as_ref().unwrap_or(curve).window();
            // As pages tell where a range begins and ends, and as far as they do.
            let reaches = |days: &f64| ground.reaches(week + weeks::until(*days));
            let first = window.q10.days().filter(reaches).map(weeks::before);
            Window {
                first: first.map_or(i32::MAX, number),
                last: window
                    .q90
                    .days()
                    .filter(reaches)
                    .map(weeks::until)
                    .map(number),
            }
        });
        Some(*window)
    }
}

/// How many people are watched at the beginning of each week.
fn at_risk(watched: &[Watched<'_>]) -> Vec<usize> {
    let mut people: Vec<_> = watched.iter().collect();
    people.sort_by_key(|one| one.owner);
    // How many, and who was counted last.
    let mut at_risk: Vec<(usize, Option<Uuid>)> = Vec::new();
    for one in people {
        let (from, end) = (
            weeks::until(one.spell.entry),
            weeks::until(one.spell.time).max(1),
        );
        if at_risk.len() < end {
            at_risk.resize(end, (0, None));
        }
        for (count, last) in at_risk.iter_mut().take(end).skip(from) {
            if last.replace(one.owner) != Some(one.owner) {
                *count += 1;
            }
        }
    }
    at_risk.into_iter().map(|(count, _)| count).collect()
}

/// Waits have a few thousand days.
fn number(weeks: usize) -> i32 {
    i32::try_from(weeks).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched(office: Option<&str>, quarter: i32, owner: u128, days: f64) -> Watched<'_> {
        Watched {
            office,
            quarter,
            owner: Uuid::from_u128(owner),
            spell: Spell::new(days, Some(1)),
        }
    }

    /// So many people, whose waits have lasted for one week more each.
    fn group(office: Option<&str>, quarter: i32, people: u128, first: u128) -> Vec<Watched<'_>> {
        let people = (1..=people).map(|number| {
            let weeks = f64::from(u32::try_from(number).unwrap());
            watched(office, quarter, first + number, 7.0 * weeks)
        });
        people.collect()
    }

    fn window(groups: &[Vec<Watched<'_>>], waited: i32) -> Option<Window> {
        let mut crowds = Crowds::of(groups.concat());
        crowds.window(Some("here"), waited).unwrap()
    }

    #[test]
    fn the_smallest_group_that_is_large_enough_foretells_the_latest_quarter_first() {
        let latest = group(Some("here"), 8, 40, 0);
        let before = group(Some("here"), 7, 100, 1000);
        let there = group(Some("there"), 8, 200, 2000);
        let nowhere = group(None, 1, 400, 3000);
        let all = [latest, before, there, nowhere];
        // Of the 40 the 36th is through after 36 weeks.
        let of_latest = Window {
            first: 4,
            last: Some(36),
        };
        assert_eq!(window(&all, 0), Some(of_latest));
        // Of the 30 who are left after ten the 27th is through when fewer than five wait.
        assert_eq!(
            window(&all, 10).unwrap(),
            Window {
                first: 3,
                last: None
            }
        );
        // After eleven weeks, 29 are left there, and 89 of the quarter before.
        assert_eq!(
            window(&all, 11).unwrap(),
            Window {
                first: 9,
                last: Some(81)
            }
        );
        // After 71 weeks, 29 of the office; of all offices 129 and 329 more, of whom 48 are left after 281.
        assert_eq!(window(&all, 71).unwrap().last, Some(281));
        assert_eq!(window(&all, 371), None);
    }

    #[test]
    fn people_are_counted_and_not_their_waits() {
        let mut twice = group(Some("here"), 8, 29, 0);
        twice.extend(group(Some("here"), 8, 29, 0));
        assert_eq!(window(&[twice.clone()], 0), None);
        twice.push(watched(Some("here"), 8, 99, 7.0));
        assert!(window(&[twice], 0).is_some());
    }

    #[test]
    fn where_the_curve_does_not_go_so_far_there_is_no_last_week() {
        let mut open = group(Some("here"), 8, 40, 0);
        for one in open.iter_mut().skip(20) {
            one.spell.cause = None;
        }
        assert_eq!(
            window(&[open], 0),
            Some(Window {
                first: 4,
                last: None
            })
        );
    }
}
