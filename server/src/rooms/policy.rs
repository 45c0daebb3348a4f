//! Who may do what in a room. Pure: it is given the facts.

use app::{error::ErrorCode, rooms::RoomKind};

/// How somebody stands to a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// There is no such room.
    Unknown,
    /// The room is there, and they are not in it: a stranger, or nobody.
    Outside(RoomKind),
    Member(RoomKind),
}

impl Standing {
    pub(crate) fn is_member(self) -> bool {
        matches!(self, Self::Member(_))
    }
}

/// Members read; everybody reads a public room. For others the room does not exist.
pub(crate) fn may_read(standing: Standing) -> Result<(), ErrorCode> {
    match standing {
        Standing::Member(_) | Standing::Outside(RoomKind::Public) => Ok(()),
        Standing::Outside(RoomKind::Group) | Standing::Unknown => Err(ErrorCode::RoomUnknown),
    }
}

/// Everybody who may find a room may join it.
pub(crate) fn may_join(standing: Standing) -> Result<(), ErrorCode> {
    may_read(standing)
}

/// Members write, and hear what is new.
pub(crate) fn may_write(standing: Standing) -> Result<(), ErrorCode> {
    may_read(standing)?;
    if standing.is_member() {
        Ok(())
    } else {
        Err(ErrorCode::NotMember)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_room_is_read_and_joined_by_all_and_written_by_members() {
        let outside = Standing::Outside(RoomKind::Public);
        assert_eq!(may_read(outside), Ok(()));
        assert_eq!(may_join(outside), Ok(()));
        assert_eq!(may_write(outside), Err(ErrorCode::NotMember));
        assert_eq!(may_write(Standing::Member(RoomKind::Public)), Ok(()));
    }

    #[test]
    fn a_group_does_not_exist_for_those_outside() {
        for standing in [Standing::Outside(RoomKind::Group), Standing::Unknown] {
            for rule in [may_read, may_join, may_write] {
                assert_eq!(rule(standing), Err(ErrorCode::RoomUnknown), "{standing:?}");
            }
        }
        assert_eq!(may_write(Standing::Member(RoomKind::Group)), Ok(()));
    }
}
