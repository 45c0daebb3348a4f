//! All that was ever told of cells: what may be told next depends on it.

pub(super) mod store;
