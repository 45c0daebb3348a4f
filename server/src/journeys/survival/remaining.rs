//! How long it will still take for somebody who has waited already.

use super::{
    curve::{Curve, Level},
    quantile::{Interval, Quantile},
    sample::{InvalidSample, Sample},
};

/// The wait of those who had waited as long, counted from that day.
#[derive(Clone, Debug)]
pub struct Remaining {
    /// How many cases went on for longer; each is one that the estimate rests on.
    pub cases: usize,
    pub events: usize,
    pub curve: Curve,
}

/// The likely days until the next stage: eight in ten are through between `q10` and `q90`, half of all
/// between `q25` and `q75`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    pub q10: Quantile,
    pub q25: Quantile,
    pub q50: Quantile,
    pub q75: Quantile,
    pub q90: Quantile,
}

impl Remaining {
    /// Fits the cases that lasted for more than `waited` days.
    pub fn after(sample: &Sample, waited: f64) -> Result<Self, InvalidSample> {
        let left = sample.after(waited)?;
        Ok(Self {
            cases: left.len(),
            events: left.events(),
            curve: Curve::fit(&left),
        })
    }

    pub fn median(&self, level: Level) -> Interval {
        self.curve.median(level)
    }

    pub fn window(&self) -> Window {
        self.curve.window()
    }
}

impl Curve {
    pub fn window(&self) -> Window {
        Window {
            q10: self.quantile(0.10),
            q25: self.quantile(0.25),
            q50: self.quantile(0.50),
            q75: self.quantile(0.75),
            q90: self.quantile(0.90),
        }
    }
}
