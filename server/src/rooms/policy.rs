//! Who may do what in a room. Pure: it is given the facts.

use app::{
    error::ErrorCode,
    rooms::{Role, RoomKind},
};

/// How somebody stands to a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// There is no such room.
    Unknown,
    /// The room is there, and they are not in it: a stranger, or nobody.
    Outside(RoomKind),
    /// The room is there, and they are kept out of it.
    Banned(RoomKind),
    Member {
        kind: RoomKind,
        role: Role,
        /// The room's sequence number when they joined.
        since: i64,
        /// Whether it is a conversation of two that has ended: by a block, or with an account.
        ended: bool,
    },
}

impl Standing {
    pub(crate) fn is_member(self) -> bool {
        matches!(self, Self::Member { .. })
    }

    /// What they may do beyond writing; none for those who are no members.
    pub(super) fn role(self) -> Option<Role> {
        match self {
            Self::Member { role, .. } => Some(role),
            _ => None,
        }
    }

    /// Whether it is a conversation of two that has ended: by a block, or with an account.
    pub(crate) fn has_ended(self) -> bool {
        matches!(self, Self::Member { ended: true, .. })
    }

    /// The first place that they may see: the history of a public room is everybody's, that of
    /// others begins for each member when they join.
    pub(crate) fn visible_from(self) -> i64 {
        match self {
            Self::Member {
                kind: RoomKind::Group | RoomKind::Direct,
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
        Standing::Member { .. }
        | Standing::Outside(RoomKind::Public)
        | Standing::Banned(RoomKind::Public) => Ok(()),
        Standing::Outside(_) | Standing::Banned(_) | Standing::Unknown => {
            Err(ErrorCode::RoomUnknown)
        }
    }
}

/// Everybody who may find a room may join it, unless they are kept out.
pub(crate) fn may_join(standing: Standing) -> Result<(), ErrorCode> {
    may_read(standing)?;
    match standing {
        Standing::Banned(_) => Err(ErrorCode::Banned),
        _ => Ok(()),
    }
}

/// Members take part: they hear what is new, and take back what they have said.
pub(crate) fn may_write(standing: Standing) -> Result<(), ErrorCode> {
    may_read(standing)?;
    if standing.is_member() {
        Ok(())
    } else {
        Err(ErrorCode::NotMember)
    }
}

/// Members say something as long as the other one in a conversation of two lets them. Who has ended it,
/// the error does not tell.
pub(crate) fn may_speak(standing: Standing) -> Result<(), ErrorCode> {
    may_write(standing)?;
    if standing.has_ended() {
        Err(ErrorCode::Blocked)
    } else {
        Ok(())
    }
}

/// Members edit what they have said themselves.
pub(crate) fn may_edit(standing: Standing, own: bool) -> Result<(), ErrorCode> {
    may_speak(standing)?;
    if own {
        Ok(())
    } else {
        Err(ErrorCode::Forbidden)
    }
}

/// Members delete what they have said themselves, owners and moderators what anybody has.
pub(crate) fn may_delete(standing: Standing, own: bool) -> Result<(), ErrorCode> {
    may_write(standing)?;
    if own {
        Ok(())
    } else {
        may_keep_order(standing)
    }
}

/// Owners and moderators name the room, lift bans, and let people in by links.
pub(crate) fn may_keep_order(standing: Standing) -> Result<(), ErrorCode> {
    may_write(standing)?;
    match standing.role() {
        Some(role) if role.keeps_order() => Ok(()),
        _ => Err(ErrorCode::Forbidden),
    }
}

/// Who keeps order holds messages up, and both in a conversation of two.
pub(crate) fn may_pin(standing: Standing) -> Result<(), ErrorCode> {
    match standing {
        Standing::Member {
            kind: RoomKind::Direct,
            ..
        } => may_speak(standing),
        _ => may_keep_order(standing),
    }
}

/// Nobody leaves a conversation of two: it would be nobody's.
pub(super) fn may_leave(standing: Standing) -> Result<(), ErrorCode> {
    may_read(standing)?;
    match standing {
        Standing::Member {
            kind: RoomKind::Direct,
            ..
        } => Err(ErrorCode::Forbidden),
        _ => Ok(()),
    }
}

/// Those who keep order remove and ban members below them, and ban who is no member.
pub(super) fn may_remove(standing: Standing, whom: Option<Role>) -> Result<(), ErrorCode> {
    may_keep_order(standing)?;
    if standing.role() > whom {
        Ok(())
    } else {
        Err(ErrorCode::Forbidden)
    }
}

/// Somebody's role, and what it is to be.
#[derive(Debug, Clone, Copy)]
pub(super) struct RoleChange {
    /// Whether it is that of the person who asks.
    pub(super) own: bool,
    pub(super) from: Role,
    pub(super) to: Role,
    /// Whether the room has another owner than the person who asks.
    pub(super) other_owner: bool,
}

/// Owners give roles to those below them, and lay down their own when there is another owner.
pub(super) fn may_set_role(standing: Standing, change: RoleChange) -> Result<(), ErrorCode> {
    may_write(standing)?;
    match change {
        _ if standing.role() != Some(Role::Owner) => Err(ErrorCode::Forbidden),
        RoleChange { from, to, .. } if from == to => Ok(()),
        RoleChange {
            own: true,
            other_owner: false,
            ..
        } => Err(ErrorCode::LastOwner),
        RoleChange {
            own: false,
            from: Role::Owner,
            ..
        } => Err(ErrorCode::Forbidden),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGE: RoleChange = RoleChange {
        own: false,
        from: Role::Member,
        to: Role::Owner,
        other_owner: false,
    };

    fn member(kind: RoomKind, role: Role) -> Standing {
        Standing::Member {
            kind,
            role,
            since: 7,
            ended: false,
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
    fn a_banned_person_reads_a_public_room_as_a_stranger_and_cannot_join() {
        let banned = Standing::Banned(RoomKind::Public);
        assert_eq!(may_read(banned), Ok(()));
        assert_eq!(may_join(banned), Err(ErrorCode::Banned));
        assert_eq!(may_write(banned), Err(ErrorCode::NotMember));
    }

    #[test]
    fn a_private_room_does_not_exist_for_those_outside() {
        let standings = [
            Standing::Outside(RoomKind::Group),
            Standing::Outside(RoomKind::Direct),
            Standing::Banned(RoomKind::Group),
            Standing::Unknown,
        ];
        for standing in standings {
            for rule in [
                may_read,
                may_join,
                may_write,
                may_speak,
                may_leave,
                may_keep_order,
                may_pin,
            ] {
                assert_eq!(rule(standing), Err(ErrorCode::RoomUnknown), "{standing:?}");
            }
            for own in [true, false] {
                assert_eq!(may_edit(standing, own), Err(ErrorCode::RoomUnknown));
                assert_eq!(may_delete(standing, own), Err(ErrorCode::RoomUnknown));
            }
            assert_eq!(may_remove(standing, None), Err(ErrorCode::RoomUnknown));
            assert_eq!(may_set_role(standing, CHANGE), Err(ErrorCode::RoomUnknown));
        }
        assert_eq!(may_write(member(RoomKind::Group, Role::Member)), Ok(()));
    }

    #[test]
    fn members_change_their_own_words_and_those_who_keep_order_take_back_anybodys() {
        for role in Role::ALL {
            let standing = member(RoomKind::Public, role);
            assert_eq!(may_edit(standing, true), Ok(()));
            assert_eq!(may_edit(standing, false), Err(ErrorCode::Forbidden));
            assert_eq!(may_delete(standing, true), Ok(()));
            let others = may_delete(standing, false);
            assert_eq!(others.is_ok(), role != Role::Member, "{role:?}");
            assert_eq!(may_keep_order(standing), others);
            assert_eq!(may_pin(standing), others);
        }
    }

    #[test]
    fn who_keeps_order_removes_those_below_them_and_nobody_else() {
        for role in Role::ALL {
            for whom in Role::ALL {
                let removes = may_remove(member(RoomKind::Group, role), Some(whom));
                let above = role > whom;
                assert_eq!(removes.is_ok(), above, "{role:?} removes {whom:?}");
            }
            let bans = may_remove(member(RoomKind::Group, role), None);
            assert_eq!(
                bans.is_ok(),
                role != Role::Member,
                "{role:?} bans outsiders"
            );
        }
    }

    #[test]
    fn only_owners_give_roles_and_the_last_one_stays() {
        for role in Role::ALL {
            let gives = may_set_role(member(RoomKind::Group, role), CHANGE);
            assert_eq!(gives.is_ok(), role == Role::Owner, "{role:?}");
        }
        let owner = member(RoomKind::Group, Role::Owner);
        let lays_down = RoleChange {
            own: true,
            from: Role::Owner,
            to: Role::Member,
            other_owner: false,
        };
        assert_eq!(may_set_role(owner, lays_down), Err(ErrorCode::LastOwner));
        let not_alone = RoleChange {
            other_owner: true,
            ..lays_down
        };
        assert_eq!(may_set_role(owner, not_alone), Ok(()));
        let anothers = RoleChange {
            own: false,
            ..not_alone
        };
        assert_eq!(may_set_role(owner, anothers), Err(ErrorCode::Forbidden));
    }

    #[test]
    fn a_conversation_of_two_is_not_left_and_nobody_is_above_the_other() {
        let one = member(RoomKind::Direct, Role::Member);
        assert_eq!(may_leave(one), Err(ErrorCode::Forbidden));
        assert_eq!(may_keep_order(one), Err(ErrorCode::Forbidden));
        assert_eq!(may_pin(one), Ok(()));
        assert_eq!(
            may_remove(one, Some(Role::Member)),
            Err(ErrorCode::Forbidden)
        );
        assert_eq!(may_set_role(one, CHANGE), Err(ErrorCode::Forbidden));
        assert_eq!(may_leave(member(RoomKind::Group, Role::Member)), Ok(()));
    }

    #[test]
    fn in_a_conversation_that_has_ended_nothing_is_said_and_what_was_said_is_read_and_taken_back() {
        let ended = Standing::Member {
            kind: RoomKind::Direct,
            role: Role::Member,
            since: 7,
            ended: true,
        };
        for said in [may_speak(ended), may_edit(ended, true), may_pin(ended)] {
            assert_eq!(said, Err(ErrorCode::Blocked));
        }
        assert_eq!((may_read(ended), may_write(ended)), (Ok(()), Ok(())));
        assert_eq!(may_delete(ended, true), Ok(()));
        assert_eq!(may_delete(ended, false), Err(ErrorCode::Forbidden));
    }

    #[test]
    fn the_history_of_a_private_room_begins_when_one_joins() {
        assert_eq!(member(RoomKind::Group, Role::Member).visible_from(), 7);
        assert_eq!(member(RoomKind::Direct, Role::Member).visible_from(), 7);
        assert_eq!(member(RoomKind::Public, Role::Member).visible_from(), 0);
    }
}
