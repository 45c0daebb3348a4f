//! Competing ends: how likely each has come by t, where one precludes the others (Aalen–Johansen).
//!
//! A refusal is no censoring: who was refused will never be approved. Counting it as one would promise
//! approval to everybody who waits long enough.

use std::collections::BTreeMap;

use super::{
    curve::Curve,
    sample::{Cause, Sample},
};

/// The share that has ended by one cause.
#[derive(Clone, Debug, PartialEq)]
pub struct Incidence {
    /// Times in days at which it grows, and what it is from then on.
    steps: Vec<(f64, f64)>,
}

impl Incidence {
    /// F(t) = Σ S(t₋) d/n over the times up to t.
    pub fn at(&self, time: f64) -> f64 {
        let after = self.steps.partition_point(|step| step.0 <= time);
        self.steps[..after].last().map_or(0.0, |step| step.1)
    }

    pub fn steps(&self) -> &[(f64, f64)] {
        &self.steps
    }
}

/// What has become of the cases by each day: the incidences of all causes and the share that still waits
/// add up to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Incidences {
    /// The share that still waits, whatever may end the wait.
    pub waiting: Curve,
    causes: BTreeMap<Cause, Incidence>,
}

impl Incidences {
    pub fn fit(sample: &Sample) -> Self {
        let mut ended: BTreeMap<Cause, Vec<f64>> = BTreeMap::new();
        for spell in sample.spells() {
            if let Some(cause) = spell.cause {
                ended.entry(cause).or_default().push(spell.time);
            }
        }
        let waiting = Curve::fit(sample);
        let causes = ended
            .into_iter()
            .map(|(cause, times)| (cause, incidence(&waiting, times)))
            .collect();
        Self { waiting, causes }
    }

    /// None if nothing has ended so.
    pub fn of(&self, cause: Cause) -> Option<&Incidence> {
        self.causes.get(&cause)
    }

    /// As [`Incidence::at`]; 0 if nothing has ended so.
    pub fn at(&self, cause: Cause, time: f64) -> f64 {
        self.of(cause).map_or(0.0, |incidence| incidence.at(time))
    }

    pub fn causes(&self) -> impl Iterator<Item = (Cause, &Incidence)> {
        self.causes
            .iter()
            .map(|(&cause, incidence)| (cause, incidence))
    }
}

fn incidence(waiting: &Curve, mut times: Vec<f64>) -> Incidence {
    times.sort_unstable_by(f64::total_cmp);
    let mut times = times.into_iter().peekable();
    let (mut before, mut share) = (1.0, 0.0);
    let mut steps = Vec::new();
    for point in waiting.points() {
        let mut ended = 0_u32;
        while times.next_if(|&time| time <= point.time).is_some() {
            ended += 1;
        }
        if ended > 0 {
            share += before * f64::from(ended) / f64::from(point.at_risk);
            steps.push((point.time, share));
        }
        before = point.survival;
    }
    Incidence { steps }
}
