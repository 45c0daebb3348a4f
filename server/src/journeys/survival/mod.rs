//! How long a wait takes, from cases of which many still go on: survival statistics.
//!
//! Knows numbers only: no database, no clock, no privacy (that is [`floors`](super::floors)).
//! Times are days as `f64`, counted from each case's own start. Definitions, conventions and a
//! simulation stand in `docs/statistics.md`.
//!
//! ```
//! use layover::journeys::survival::{Curve, Level, Quantile, Sample};
//!
//! // Four cases; the third is still open after 30 days.
//! let sample = Sample::new(&[10.0, 20.0, 30.0, 40.0], &[true, true, false, true], None)?;
//! let curve = Curve::fit(&sample);
//! assert!((curve.survival(25.0) - 0.5).abs() < 1e-12);
//! assert_eq!(curve.quantile(0.5), Quantile::At(20.0));
//! let band = curve.band(25.0, Level::NINETY_FIVE);
//! assert!(band.lower < 0.5 && band.upper > 0.5);
//! # Ok::<(), layover::journeys::survival::InvalidSample>(())
//! ```
//!
//! Conventions where the literature has several:
//!
//! * A case is watched in `(entry, time]`: who enters at t is not yet at risk at t. An entry at 0 is
//!   the start itself, so that a wait of no days counts.
//! * At one time, events come before censorings.
//! * Where S is 0 the log-log band is [0, 0], and where nothing has happened yet it is [1, 1].
//! * S is summed in logarithms and compared as it then is, as lifelines does. Where S is on paper the very
//!   share that is asked for, the last bit decides between that time and the next event.
//! * With late entries the risk set can die out while others are yet to come. By the formula S is then
//!   0 for ever, which says nothing about them: [`Curve::exhausted`] tells, and whoever publishes must
//!   ask it.

mod curve;
mod incidence;
mod logrank;
mod period;
mod quantile;
mod remaining;
mod risk;
mod sample;
mod share;
#[cfg(test)]
mod tests;

pub use curve::{Band, Curve, InvalidLevel, Level, Point};
pub use incidence::{Incidence, Incidences};
pub use logrank::{LogRank, log_rank};
pub use period::{DatedSpell, in_period};
pub use quantile::{Interval, Quantile, naive_median};
pub use remaining::{Remaining, Window};
pub use sample::{Cause, InvalidSample, Sample, Spell};
pub use share::wilson;
