//! Who may see a journey, and who may change it. Pure: it is given the facts.

use app::{error::ErrorCode, journeys::Visibility};

/// How somebody stands to a journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Owner,
    SignedIn {
        /// Whether they are a member of the room to which it is shown.
        is_in_room: bool,
    },
    /// Who is not signed in; and of two of whom one has blocked the other, each to the other's.
    Anybody,
    /// Whoever it is, as long as its owner is kept from signing in.
    Nobody,
}

/// For whom it is not shown to, it does not exist.
pub(super) fn may_read(access: Access, visibility: Visibility) -> Result<(), ErrorCode> {
    let shown = match access {
        Access::Owner => true,
        Access::SignedIn { is_in_room } => match visibility {
            Visibility::Private => false,
            Visibility::Room => is_in_room,
            Visibility::Members | Visibility::Public => true,
        },
        Access::Anybody => visibility == Visibility::Public,
        Access::Nobody => false,
    };
    if shown {
        Ok(())
    } else {
        Err(ErrorCode::JourneyUnknown)
    }
}

/// Its owner alone.
pub(super) fn may_change(access: Access, visibility: Visibility) -> Result<(), ErrorCode> {
    may_read(access, visibility)?;
    match access {
        Access::Owner => Ok(()),
        Access::SignedIn { .. } | Access::Anybody | Access::Nobody => Err(ErrorCode::Forbidden),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHERS: [Access; 4] = [
        Access::SignedIn { is_in_room: true },
        Access::SignedIn { is_in_room: false },
        Access::Anybody,
        Access::Nobody,
    ];

    #[test]
    fn a_journey_is_seen_by_its_owner_and_by_whom_it_is_shown_to() {
        for (visibility, seen) in [
            (Visibility::Private, [false, false, false, false]),
            (Visibility::Room, [true, false, false, false]),
            (Visibility::Members, [true, true, false, false]),
            (Visibility::Public, [true, true, true, false]),
        ] {
            assert_eq!(may_read(Access::Owner, visibility), Ok(()));
            assert_eq!(
                OTHERS.map(|access| may_read(access, visibility).is_ok()),
                seen
            );
        }
    }

    #[test]
    fn nobody_but_its_owner_changes_a_journey_and_who_does_not_see_it_learns_nothing() {
        for visibility in Visibility::ALL {
            assert_eq!(may_change(Access::Owner, *visibility), Ok(()));
            for access in OTHERS {
                let expected = may_read(access, *visibility).and(Err(ErrorCode::Forbidden));
                assert_eq!(may_change(access, *visibility), expected);
            }
        }
    }
}
