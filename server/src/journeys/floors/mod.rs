//! What may be published of members' journeys: nothing that describes fewer than five people.
//!
//! Knows no database and no clock. Two parts, and whoever publishes goes through both:
//!
//! * [`Ledger`] decides, cell by cell and day by day, whether what is new may be told, seen together
//!   with everything that was told before.
//! * [`Figures`] is all that is told of a cell: rounded, week by week, and of each thing only what enough
//!   people stand behind.
//!
//! Invariant: whatever two published editions of a cell, or of two cells one of which lies in the other,
//! differ in, and whatever a cell holds beyond the published cells within it, concerns nobody or
//! at least [`FEWEST`] people.

mod bars;
mod comparison;
mod coverage;
mod edition;
mod ends;
mod figures;
mod ledger;
mod rest;
#[cfg(test)]
mod tests;
pub(crate) mod weeks;

pub use bars::{Bar, Histogram};
pub use comparison::Comparison;
pub use coverage::{Coverage, Fate};
pub use edition::{Case, Edition};
pub use ends::Ending;
pub use figures::{Figures, Outlook, Ranges, Share, Step, Wait, WaitInterval};
pub use ledger::{Decision, Ledger};
pub(crate) use weeks::Ground;

/// So many people, or nobody, stand behind whatever is told: of a count, a point of a curve, and
/// every difference.
pub const FEWEST: usize = 5;

/// From so many people on a median is told, if it came for [`FEWEST_EVENTS_FOR_MEDIAN`] of them.
pub(crate) const FEWEST_FOR_MEDIAN: usize = 10;
const FEWEST_EVENTS_FOR_MEDIAN: usize = 5;

/// From so many people on a curve with its band is told, if it came for [`FEWEST_EVENTS_FOR_CURVE`].
const FEWEST_FOR_CURVE: usize = 20;
const FEWEST_EVENTS_FOR_CURVE: usize = 10;

/// From so many people on it is told between which times eight of ten are through, and how often that was right.
pub(crate) const FEWEST_FOR_RANGES: usize = 30;

/// Offices with so many people each are compared.
const FEWEST_FOR_COMPARISON: usize = 20;
