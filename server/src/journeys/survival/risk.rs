//! Who is at risk when: what every estimate here counts.

use super::sample::Spell;

/// One time at which cases ended or were last heard of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) time: f64,
    /// Watched just before `time` and not over.
    pub(super) at_risk: u32,
    pub(super) events: u32,
    pub(super) censored: u32,
}

/// Cases as they come under watch and leave it; asked for one time after the other.
pub(super) struct Watch {
    entries: Vec<f64>,
    /// When each leaves, and whether by an event.
    exits: Vec<(f64, bool)>,
    entered: usize,
    left: usize,
    at_risk: u32,
}

impl Watch {
    pub(super) fn over(spells: &[Spell]) -> Self {
        let mut entries: Vec<_> = spells.iter().map(|spell| spell.entry).collect();
        entries.sort_unstable_by(f64::total_cmp);
        let mut exits: Vec<_> = spells
            .iter()
            .map(|spell| (spell.time, spell.cause.is_some()))
            .collect();
        exits.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        Self {
            entries,
            exits,
            entered: 0,
            left: 0,
            at_risk: 0,
        }
    }

    /// What there is at `time`, which is later than at the call before.
    pub(super) fn at(&mut self, time: f64) -> Row {
        while let Some(&entry) = self.entries.get(self.entered)
            && (entry < time || entry <= 0.0)
        {
            self.entered += 1;
            self.at_risk += 1;
        }
        let (mut events, mut censored) = (0, 0);
        while let Some(&(exit, ended)) = self.exits.get(self.left)
            && exit <= time
        {
            self.left += 1;
            if exit < time {
                self.at_risk -= 1;
            } else if ended {
                events += 1;
            } else {
                censored += 1;
            }
        }
        let row = Row {
            time,
            at_risk: self.at_risk,
            events,
            censored,
        };
        self.at_risk -= events + censored;
        row
    }

    fn next_exit(&self) -> Option<f64> {
        self.exits.get(self.left).map(|exit| exit.0)
    }
}

/// A row for each distinct time of an end or censoring, in order.
pub(super) fn rows(spells: &[Spell]) -> Vec<Row> {
    let mut watch = Watch::over(spells);
    let mut rows = Vec::new();
    while let Some(time) = watch.next_exit() {
        rows.push(watch.at(time));
    }
    rows
}
