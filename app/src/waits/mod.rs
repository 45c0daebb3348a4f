//! Waits: how long a step of a journey takes, from members' own dates. Only what may be published of them
//! comes here.

mod api;
mod chart;
mod page;
#[cfg(feature = "ssr")]
mod port;
mod tables;
mod types;
mod words;

pub use api::{ReadWait, read_wait};
pub use page::waits_page;
#[cfg(feature = "ssr")]
pub use port::{WaitQuery, Waits};
pub use types::{End, Ending, Estimate, Figures, Level, Outlook, Ranges, Step, Term, WaitView};
