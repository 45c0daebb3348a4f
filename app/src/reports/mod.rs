//! Reports: what somebody wants those who run this installation to look at.

mod api;
mod link;
mod page;
#[cfg(feature = "ssr")]
mod port;
mod types;

pub use api::{CreateReport, create_report};
pub use link::report_path;
pub use page::report_page;
#[cfg(feature = "ssr")]
pub use port::Reports;
pub use types::{Category, Note, Subject};
