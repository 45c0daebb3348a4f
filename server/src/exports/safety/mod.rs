//! How somebody signs in elsewhere, whom they do not want to hear from, and what they have reported.

mod store;

pub(super) use self::store::{Block, Identity, Report};
