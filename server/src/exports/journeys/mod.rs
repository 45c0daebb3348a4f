//! What somebody has recorded of their visa journeys.

mod store;

pub(super) use self::store::{Journey, StageEvent};
