//! Waits: how long a step of a journey takes, from members' own dates. Only what may be published of them
//! comes here, and to one's own journeys what follows from it.

mod api;
mod bars;
mod chart;
mod cohorts;
mod here;
mod page;
#[cfg(feature = "ssr")]
mod port;
mod tables;
mod types;
mod words;

pub use api::{ListPositions, ReadAwaited, ReadWait, list_positions, read_awaited, read_wait};
pub(crate) use here::NextStage;
pub use page::waits_page;
#[cfg(feature = "ssr")]
pub use port::{WaitQuery, Waits};
pub use types::{
    Awaited, Bar, By, Cohort, Comparison, End, Ending, Estimate, Figures, Forecast, Histogram,
    Level, Outlook, Position, Ranges, Step, Term, WaitView, Window,
};
