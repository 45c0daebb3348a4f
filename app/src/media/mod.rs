//! Media: pictures, videos and files, and what a message says of those that it shows.
//!
//! Their bytes, and how they come in and go out, are the server's.

mod api;
#[cfg(feature = "ssr")]
mod port;
mod types;

pub use api::{DescribeMedia, describe_media};
#[cfg(feature = "ssr")]
pub use port::Media;
pub use types::{AltText, Attachment, FileName, MOST_SHOWN, MediaKind, Variant, shown};

/// Where uploads begin, by the tus protocol (1.0); each goes on below it, under its id.
pub const UPLOADS: &str = "/media/uploads";

/// Where a form sends a message together with its files.
pub const FORM: &str = "/media/send";
