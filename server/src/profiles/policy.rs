//! Who sees what of a profile. Pure: it is given the facts.

use app::profiles::Sight;

/// How somebody stands to whose profile it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Standing {
    /// Whether it is their own.
    pub(super) own: bool,
    pub(super) signed_in: bool,
    /// Whether both are in a room: in a conversation of two only once its owner has said something there,
    /// since anybody can begin one.
    pub(super) shares: bool,
    /// Whether they have blocked its owner.
    pub(super) blocks: bool,
    /// Whether its owner has blocked them.
    pub(super) blocked: bool,
    /// Whether its owner is kept from signing in.
    pub(super) suspended: bool,
}

/// Between two of whom one has blocked the other, each sees what strangers see, and who has blocked is not
/// told by it. Somebody who is suspended tells nobody anything.
pub(super) fn sees(standing: Standing, sight: Sight) -> bool {
    let Standing {
        own,
        signed_in,
        shares,
        blocks,
        blocked,
        suspended,
    } = standing;
    if own {
        return true;
    }
    let parted = blocks || blocked;
    !suspended
        && match sight {
            Sight::Everyone => true,
            Sight::Members => signed_in && !parted,
            Sight::Shared => signed_in && shares && !parted,
            Sight::Nobody => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRANGER: Standing = Standing {
        own: false,
        signed_in: false,
        shares: false,
        blocks: false,
        blocked: false,
        suspended: false,
    };
    const MEMBER: Standing = Standing {
        signed_in: true,
        ..STRANGER
    };
    const COMPANION: Standing = Standing {
        shares: true,
        ..MEMBER
    };

    /// In the order of [`Sight::ALL`].
    fn seen(standing: Standing) -> [bool; 4] {
        Sight::ALL.map(|sight| sees(standing, sight))
    }

    #[test]
    fn each_sees_what_is_told_to_them_and_nothing_more() {
        assert_eq!(seen(STRANGER), [true, false, false, false]);
        assert_eq!(seen(MEMBER), [true, true, false, false]);
        assert_eq!(seen(COMPANION), [true, true, true, false]);
    }

    #[test]
    fn ones_own_is_seen_whole() {
        let own = Standing {
            own: true,
            ..MEMBER
        };
        assert_eq!(seen(own), [true; 4]);
    }

    /// Every combination of facts, by the sentences that hold of it.
    #[test]
    fn whoever_has_blocked_both_see_what_strangers_see_and_of_the_suspended_nothing() {
        for bits in 0..32_u8 {
            let fact = |at: u8| bits & (1 << at) != 0;
            let standing = Standing {
                own: false,
                signed_in: fact(0),
                shares: fact(1),
                blocks: fact(2),
                blocked: fact(3),
                suspended: fact(4),
            };
            let seen = seen(standing);
            assert!(!seen[3], "{standing:?}");
            if standing.suspended {
                assert_eq!(seen, [false; 4], "{standing:?}");
                continue;
            }
            assert!(seen[0], "{standing:?}");
            if standing.blocks || standing.blocked || !standing.signed_in {
                assert_eq!(seen, [true, false, false, false], "{standing:?}");
            } else {
                assert!(seen[1], "{standing:?}");
                assert_eq!(seen[2], standing.shares, "{standing:?}");
            }
            let mirrored = Standing {
                blocks: standing.blocked,
                blocked: standing.blocks,
                ..standing
            };
            assert_eq!(self::seen(mirrored), seen, "who has blocked is not told");
        }
    }
}
