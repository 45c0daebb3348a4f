//! What a cell holds beyond the published cells within it: nobody publishes it, everybody can work it out.

use super::edition::{Edition, concerned, is_safe};

/// A cell less those within it. These may be of other days, so that something may also be in them that
/// is not, or no longer, in the cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rest {
    more: Edition,
    less: Edition,
}

impl Rest {
    pub(super) fn of<'a>(cell: &Edition, within: impl IntoIterator<Item = &'a Edition>) -> Self {
        let within = Edition::together(within);
        Self {
            more: cell.without(&within),
            less: within.without(cell),
        }
    }

    pub(super) fn may_be_seen(&self) -> bool {
        let nothing = Edition::default();
        is_safe(concerned(&[(&self.more, &nothing), (&self.less, &nothing)]))
    }

    /// Whether both may be seen, one after the other.
    pub(super) fn may_follow(&self, earlier: &Self) -> bool {
        is_safe(concerned(&[
            (&self.more, &earlier.more),
            (&self.less, &earlier.less),
        ]))
    }
}
