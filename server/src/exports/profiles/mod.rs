//! What somebody tells of themselves.

mod store;

pub(super) use self::store::Profile;
