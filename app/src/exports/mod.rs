//! Exports: everything of one's own, to take away.
//!
//! What is in the archive, and how it gets to the browser, is the server's.

#[cfg(feature = "ssr")]
mod readme;
mod section;

#[cfg(feature = "ssr")]
pub use readme::readme;
pub use section::{DataSection, ExportSection};

/// Where the archive is fetched.
pub const PATH: &str = "/exports/mine.zip";
