//! What somebody has left in rooms beside words.

mod store;

pub(super) use self::store::{Invite, Mention, Reaction, ReadPosition};
