//! Media: pictures, videos and files, and what a message says of those that it shows.
//!
//! Their bytes, and how they come in and go out, are the server's.

mod api;
mod gallery;
mod lightbox;
#[cfg(feature = "ssr")]
mod port;
mod types;
mod uploads;

pub use api::{DescribeMedia, describe_media};
pub use gallery::{gallery, summary, thumbnail};
pub use lightbox::{Picture, lightbox_layer};
#[cfg(feature = "ssr")]
pub use port::Media;
pub(crate) use types::is_invisible;
pub use types::{AltText, Attachment, FileName, MOST_SHOWN, MediaKind, Variant, shown};
pub use uploads::Uploads;

/// Where uploads begin, by the tus protocol (1.0); each goes on below it, under its id.
pub const UPLOADS: &str = "/media/uploads";

/// Where a form sends a message together with its files.
pub const FORM: &str = "/media/send";
