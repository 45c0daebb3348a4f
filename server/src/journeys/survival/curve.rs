//! The Kaplan–Meier curve: the share that still waits after t days, with its uncertainty.

use statrs::distribution::{ContinuousCDF, Normal};
use thiserror::Error;

use super::{
    risk::{self, Row},
    sample::Sample,
};

/// A level of confidence between 0 and 1, both excluded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// The standard normal quantile of `(1 + level) / 2`.
    pub(super) z: f64,
}

#[derive(Clone, Copy, Debug, Error, PartialEq)]
#[error("{0} is not a level of confidence between 0 and 1")]
pub struct InvalidLevel(f64);

impl Level {
    pub const NINETY_FIVE: Self = Self {
        z: 1.959_963_984_540_054,
    };

    pub fn parse(level: f64) -> Result<Self, InvalidLevel> {
        if !(level > 0.0 && level < 1.0) {
            return Err(InvalidLevel(level));
        }
        Ok(Self {
            z: Normal::standard().inverse_cdf(f64::midpoint(1.0, level)),
        })
    }
}

/// Where the share lies, at a level of confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    pub lower: f64,
    pub upper: f64,
}

/// A time at which cases ended or were last heard of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// In days.
    pub time: f64,
    /// Watched just before, and not over.
    pub at_risk: u32,
    pub events: u32,
    pub censored: u32,
    /// The share that waits for longer.
    pub survival: f64,
    /// Greenwood's sum Σ d/(n(n − d)), the variance of ln S; infinite where S is 0.
    pub greenwood: f64,
}

impl Point {
    /// The standard error of S; none where S is 0, about which Greenwood's formula says nothing.
    pub fn standard_error(&self) -> Option<f64> {
        (self.survival > 0.0).then(|| self.survival * self.greenwood.sqrt())
    }

    /// S to the power of exp(±z √V / |ln S|), which stays within 0 and 1.
    pub fn band(&self, level: Level) -> Band {
        if self.survival <= 0.0 || self.survival >= 1.0 {
            return Band {
                lower: self.survival,
                upper: self.survival,
            };
        }
        let spread = level.z * self.greenwood.sqrt() / -self.survival.ln();
        Band {
            lower: self.survival.powf(spread.exp()),
            upper: self.survival.powf((-spread).exp()),
        }
    }
}

/// S(t) = ∏(1 − d/n) over the times up to t: a step function that falls at events.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    points: Vec<Point>,
}

impl Curve {
    /// Whatever ended a case counts as its event; see [`Sample::only`].
    pub fn fit(sample: &Sample) -> Self {
        Self::of(risk::rows(sample.spells()))
    }

    /// The curve of those who waited for more than `waited` days, counted from that day: the same as of
    /// [`Sample::after`], without going through the cases again.
    #[must_use]
    pub fn after(&self, waited: f64) -> Self {
        let first = self.points.partition_point(|point| point.time <= waited);
        Self::of(self.points[first..].iter().map(|point| Row {
            time: point.time - waited,
            at_risk: point.at_risk,
            events: point.events,
            censored: point.censored,
        }))
    }

    fn of(rows: impl IntoIterator<Item = Row>) -> Self {
        let (mut logarithm, mut greenwood) = (0.0_f64, 0.0);
        let points = rows.into_iter().map(|row| {
            let (n, d) = (f64::from(row.at_risk), f64::from(row.events));
            if row.events > 0 {
                logarithm += (n - d).ln() - n.ln();
                greenwood += d / (n * (n - d));
            }
            Point {
                time: row.time,
                at_risk: row.at_risk,
                events: row.events,
                censored: row.censored,
                survival: logarithm.exp(),
                greenwood,
            }
        });
        Self {
            points: points.collect(),
        }
    }

    /// One for each distinct time of an event or censoring, in order. Before the first, S is 1.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The point that holds at `time`; none before the first.
    pub fn point(&self, time: f64) -> Option<&Point> {
        let after = self.points.partition_point(|point| point.time <= time);
        self.points[..after].last()
    }

    /// The share that still waits after `time` days. After the last point it stays as it is there.
    pub fn survival(&self, time: f64) -> f64 {
        self.point(time).map_or(1.0, |point| point.survival)
    }

    /// As [`Point::standard_error`]; 0 before the first point.
    pub fn standard_error(&self, time: f64) -> Option<f64> {
        self.point(time).map_or(Some(0.0), Point::standard_error)
    }

    /// As [`Point::band`]; [1, 1] before the first point.
    pub fn band(&self, time: f64, level: Level) -> Band {
        let whole = Band {
            lower: 1.0,
            upper: 1.0,
        };
        self.point(time).map_or(whole, |point| point.band(level))
    }

    /// The point at the last day on which anybody was watched; none of an empty sample.
    pub fn last(&self) -> Option<&Point> {
        self.points.last()
    }

    /// The first time at which all who were watched were over or lost although others were yet to
    /// enter. Beyond it the curve says nothing: it is 0 for ever, or flat where nobody was watched.
    /// A curve [`after`](Self::after) a time at which many are watched does not break.
    pub fn exhausted(&self) -> Option<f64> {
        let (_, before) = self.points.split_last()?;
        before
            .iter()
            .find(|point| point.at_risk == point.events + point.censored)
            .map(|point| point.time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_quantiles_of_the_normal_distribution() {
        for (level, z) in [
            (0.5, 0.674_489_750_196_081_7),
            (0.8, 1.281_551_565_544_600_4),
            (0.95, Level::NINETY_FIVE.z),
            (0.99, 2.575_829_303_548_900_4),
        ] {
            assert!(
                (Level::parse(level).unwrap().z - z).abs() < 1e-12,
                "{level}"
            );
        }
    }
}
