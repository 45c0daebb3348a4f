//! Who may have what. Pure: it is given the facts.

use app::error::ErrorCode;

/// How somebody stands to something that was sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct View {
    /// Whether they have sent it in.
    pub(super) own: bool,
    /// Whether any message shows it.
    pub(super) shown: bool,
    /// Whether one does that they may see.
    pub(super) visible: bool,
    /// Whether one in a public room does.
    pub(super) public: bool,
}

/// Who may see a message that shows it, and until there is one, who has sent it in. For others it is not
/// there.
pub(super) fn may_fetch(view: View) -> Result<(), ErrorCode> {
    if view.visible || (view.own && !view.shown) {
        Ok(())
    } else {
        Err(ErrorCode::MediaUnknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHERS: View = View {
        own: false,
        shown: true,
        visible: false,
        public: false,
    };

    #[test]
    fn what_a_message_shows_is_for_those_who_may_see_the_message() {
        let view = View {
            visible: true,
            ..OTHERS
        };
        assert_eq!(may_fetch(view), Ok(()));
        assert_eq!(may_fetch(OTHERS), Err(ErrorCode::MediaUnknown));
    }

    #[test]
    fn what_no_message_shows_is_for_its_sender_alone() {
        let draft = View {
            shown: false,
            ..OTHERS
        };
        assert_eq!(may_fetch(draft), Err(ErrorCode::MediaUnknown));
        assert_eq!(may_fetch(View { own: true, ..draft }), Ok(()));
        // Who has left a private room has left their pictures there.
        assert!(
            may_fetch(View {
                own: true,
                ..OTHERS
            })
            .is_err()
        );
    }
}
