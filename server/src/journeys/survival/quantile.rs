//! After how many days a given share is through.

use super::{
    curve::{Curve, Level, Point},
    sample::Sample,
};

/// A number of days, or the answer that nobody knows yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantile {
    /// In days.
    At(f64),
    /// The curve never falls so far: this share still waits after `last` days, and beyond that
    /// nobody was watched.
    Beyond { last: f64, waiting: f64 },
}

impl Quantile {
    pub fn days(self) -> Option<f64> {
        match self {
            Self::At(days) => Some(days),
            Self::Beyond { .. } => None,
        }
    }
}

/// An estimate and where it lies, at a level of confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    pub estimate: Quantile,
    pub lower: Quantile,
    pub upper: Quantile,
}

impl Curve {
    /// The first time at which S is 1 − `share` or less: after that many days the share `share`, between
    /// 0 and 1, is through. On 1, 2, 3, 4 the median is 2.
    pub fn quantile(&self, share: f64) -> Quantile {
        self.first_below(1.0 - share, |point| point.survival)
    }

    /// The quantile with the interval that inverts the band: from where its lower edge has fallen to
    /// 1 − `share`, to where its upper one has.
    pub fn quantile_interval(&self, share: f64, level: Level) -> Interval {
        Interval {
            estimate: self.quantile(share),
            lower: self.first_below(1.0 - share, |point| point.band(level).lower),
            upper: self.first_below(1.0 - share, |point| point.band(level).upper),
        }
    }

    pub fn median(&self, level: Level) -> Interval {
        self.quantile_interval(0.5, level)
    }

    fn first_below(&self, share: f64, edge: impl Fn(&Point) -> f64) -> Quantile {
        if share >= 1.0 {
            return Quantile::At(0.0);
        }
        let first = self.points().iter().find(|point| edge(point) <= share);
        let (last, waiting) = self
            .last()
            .map_or((0.0, 1.0), |point| (point.time, point.survival));
        first.map_or(Quantile::Beyond { last, waiting }, |point| {
            Quantile::At(point.time)
        })
    }
}

/// The median of the finished cases alone, which is what official times are. It is too short wherever
/// cases are open: the simulations of `docs/statistics.md` show by how much. No page tells it.
pub fn naive_median(sample: &Sample) -> Option<f64> {
    let mut times: Vec<_> = sample
        .spells()
        .iter()
        .filter(|spell| spell.cause.is_some())
        .map(|spell| spell.time)
        .collect();
    times.sort_unstable_by(f64::total_cmp);
    let above = *times.get(times.len() / 2)?;
    let below = times[(times.len() - 1) / 2];
    Some(f64::midpoint(below, above))
}
