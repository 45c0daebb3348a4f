//! Who may do what in a room. Pure: it is given the facts.

use app::{error::ErrorCode, rooms::RoomKind};

/// What a member may do beyond writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Owner,
    Moderator,
    Member,
}

impl Role {
    /// The role of a name in the database.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "owner" => Some(Self::Owner),
            "moderator" => Some(Self::Moderator),
            "member" => Some(Self::Member),
            _ => None,
        }
    }
}

/// How somebody stands to a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// There is no such room.
    Unknown,
    /// The room is there, and they are not in it: a stranger, or nobody.
    Outside(RoomKind),
    Member {
        kind: RoomKind,
        role: Role,
        /// The room's sequence number when they joined.
        since: i64,
    },
}

impl Standing {
    pub(crate) fn is_member(self) -> bool {
        matches!(self, Self::Member { .. })
    }

    /// The first place that they may see: the history of a public room is everybody's, that of a
    /// group begins for each member when they join.
    pub(crate) fn visible_from(self) -> i64 {
        match self {
            Self::Member {
                kind: RoomKind::Group,
                since,
                ..
            } => since,
            _ => 0,
        }
    }
}

/// Members read; everybody reads a public room. For others the room does not exist.
pub(crate) fn may_read(standing: Standing) -> Result<(), ErrorCode> {
    match standing {
        Standing::Member { .. } | Standing::Outside(RoomKind::Public) => Ok(()),
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

/// Members edit what they have said themselves.
pub(crate) fn may_edit(standing: Standing, own: bool) -> Result<(), ErrorCode> {
    may_write(standing)?;
    if own {
        Ok(())
    } else {
        Err(ErrorCode::Forbidden)
    }
}

/// Members delete what they have said themselves, owners and moderators what anybody has.
pub(crate) fn may_delete(standing: Standing, own: bool) -> Result<(), ErrorCode> {
    may_write(standing)?;
    match standing {
        Standing::Member {
            role: Role::Owner | Role::Moderator,
            ..
        } => Ok(()),
        _ if own => Ok(()),
        _ => Err(ErrorCode::Forbidden),
    }
}

/// Owners remove members.
pub(crate) fn may_remove(standing: Standing) -> Result<(), ErrorCode> {
    may_write(standing)?;
    match standing {
        Standing::Member {
            role: Role::Owner, ..
        } => Ok(()),
        _ => Err(ErrorCode::Forbidden),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(kind: RoomKind, role: Role) -> Standing {
        Standing::Member {
            kind,
            role,
            since: 7,
        }
    }

    #[test]
    fn a_public_room_is_read_and_joined_by_all_and_written_by_members() {
        let outside = Standing::Outside(RoomKind::Public);
        assert_eq!(may_read(outside), Ok(()));
        assert_eq!(may_join(outside), Ok(()));
        assert_eq!(may_write(outside), Err(ErrorCode::NotMember));
        assert_eq!(may_write(member(RoomKind::Public, Role::Member)), Ok(()));
    }

    #[test]
    fn a_group_does_not_exist_for_those_outside() {
        for standing in [Standing::Outside(RoomKind::Group), Standing::Unknown] {
            for rule in [may_read, may_join, may_write, may_remove] {
                assert_eq!(rule(standing), Err(ErrorCode::RoomUnknown), "{standing:?}");
            }
            for own in [true, false] {
                assert_eq!(may_edit(standing, own), Err(ErrorCode::RoomUnknown));
                assert_eq!(may_delete(standing, own), Err(ErrorCode::RoomUnknown));
            }
        }
        assert_eq!(may_write(member(RoomKind::Group, Role::Member)), Ok(()));
    }

    #[test]
    fn members_change_their_own_words_and_those_who_keep_order_take_back_anybodys() {
        for (role, deletes, removes) in [
            (Role::Member, false, false),
            (Role::Moderator, true, false),
            (Role::Owner, true, true),
        ] {
            let standing = member(RoomKind::Public, role);
            assert_eq!(may_edit(standing, true), Ok(()));
            assert_eq!(may_edit(standing, false), Err(ErrorCode::Forbidden));
            assert_eq!(may_delete(standing, true), Ok(()));
            assert_eq!(may_delete(standing, false).is_ok(), deletes, "{role:?}");
            assert_eq!(may_remove(standing).is_ok(), removes, "{role:?}");
        }
    }

    #[test]
    fn the_history_of_a_group_begins_when_one_joins() {
        assert_eq!(member(RoomKind::Group, Role::Member).visible_from(), 7);
        assert_eq!(member(RoomKind::Public, Role::Member).visible_from(), 0);
    }
}
