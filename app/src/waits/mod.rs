//! Waits: how long a step of a journey takes, from members' own dates. Only what may be published of them
//! comes here, and to one's own journeys what follows from it.

mod api;
mod bars;
mod calibration;
mod chart;
mod cohorts;
mod here;
mod page;
#[cfg(feature = "ssr")]
mod port;
mod tables;
mod types;
mod words;

pub use api::{
    ListPositions, ReadAwaited, ReadCalibration, ReadWait, list_positions, read_awaited,
    read_calibration, read_wait,
};
pub use calibration::calibration_page;
pub(crate) use here::NextStage;
pub use page::waits_page;
#[cfg(feature = "ssr")]
pub use port::{WaitQuery, Waits};
pub use types::{
    Awaited, Bar, By, Calibration, CalibrationStep, Cohort, Comparison, Coverage, End, Ending,
    Estimate, Figures, Forecast, Histogram, Level, Outlook, Position, Ranges, StageName, Step,
    Term, WaitView, Window,
};
