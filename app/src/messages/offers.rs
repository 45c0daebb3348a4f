//! What can be done with a message: pure. The server decides; this only leaves out what it would refuse.

use super::{Message, MessageKind};
use crate::{
    ids::UserId,
    rooms::{Role, RoomKind},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    /// At the first of its pictures.
    Look,
    Answer,
    Edit,
    Pin,
    Unpin,
    CopyText,
    CopyLink,
    /// What stands from there on is new again.
    MarkUnread,
    /// Who has said it.
    Profile,
    /// Whoever has said it.
    Block,
    Unblock,
    Report,
    Delete,
}

/// What somebody who looks at a message may do in its room.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rights {
    pub(super) viewer: Option<UserId>,
    /// None for those who are no members.
    role: Option<Role>,
    /// Whether they may say something.
    pub(super) speaks: bool,
    /// Whether they may hold messages up.
    pins: bool,
    /// Whether it is a conversation of two.
    pub(super) direct: bool,
}

impl Rights {
    /// `ended`: it is a conversation of two in which nobody can write any more.
    pub(super) fn new(
        viewer: Option<UserId>,
        role: Option<Role>,
        kind: RoomKind,
        ended: bool,
    ) -> Self {
        let speaks = role.is_some() && !ended;
        let direct = kind == RoomKind::Direct;
        let holds_up = |role: Role| role.keeps_order() || direct;
        Self {
            viewer,
            role,
            speaks,
            pins: speaks && role.is_some_and(holds_up),
            direct,
        }
    }
}

/// In the order of the menu. `hidden`: the viewer has blocked who has said it.
pub(super) fn offers(message: &Message, rights: Rights, hidden: bool) -> Vec<Offer> {
    if message.deleted || message.kind != MessageKind::Text {
        return Vec::new();
    }
    let Rights {
        viewer,
        role,
        speaks,
        pins,
        ..
    } = rights;
    let member = role.is_some();
    let own = member && viewer == Some(message.sender.id);
    let keeps_order = role.is_some_and(Role::keeps_order);
    let anothers = viewer.is_some_and(|viewer| viewer != message.sender.id);
    let gone = message.sender.handle.is_deleted();
    [
        (Offer::Look, message.first_picture().is_some()),
        (Offer::Answer, speaks),
        (Offer::Edit, own && speaks),
        (Offer::Pin, pins && !message.pinned),
        (Offer::Unpin, pins && message.pinned),
        (Offer::CopyText, !message.body.is_empty()),
        (Offer::CopyLink, true),
        (Offer::MarkUnread, member && !own),
        (Offer::Profile, anothers && !gone),
        (Offer::Block, anothers && !hidden && !gone),
        (Offer::Unblock, anothers && hidden),
        (Offer::Report, anothers),
        (Offer::Delete, own || keeps_order),
    ]
    .into_iter()
    .filter_map(|(offer, offered)| offered.then_some(offer))
    .collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        accounts::{Handle, User},
        ids::{MediaId, MessageId},
        media::{Attachment, MediaKind},
    };

    const ANA: UserId = UserId(Uuid::from_u128(1));
    const BEN: UserId = UserId(Uuid::from_u128(2));
    const COPIES: [Offer; 2] = [Offer::CopyText, Offer::CopyLink];

    fn anas() -> Message {
        Message {
            id: MessageId(Uuid::nil()),
            seq: 1,
            version: 1,
            kind: MessageKind::Text,
            sender: User {
                id: ANA,
                handle: Handle::parse("ana").unwrap(),
            },
            client_id: None,
            body: "hi".to_owned(),
            html: None,
            reply_to: None,
            media: Vec::new(),
            reactions: Vec::new(),
            pinned: false,
            edited: false,
            deleted: false,
            sent_at: 0,
        }
    }

    fn offered(viewer: Option<UserId>, role: Option<Role>) -> Vec<Offer> {
        offered_when(viewer, role, false)
    }

    fn offered_when(viewer: Option<UserId>, role: Option<Role>, hidden: bool) -> Vec<Offer> {
        offers(
            &anas(),
            Rights::new(viewer, role, RoomKind::Public, false),
            hidden,
        )
    }

    #[test]
    fn members_answer_change_and_delete_what_they_have_said() {
        let all = [
            Offer::Answer,
            Offer::Edit,
            Offer::CopyText,
            Offer::CopyLink,
            Offer::Delete,
        ];
        assert_eq!(offered(Some(ANA), Some(Role::Member)), all);
        assert_eq!(offered(Some(ANA), None), COPIES, "no member");
    }

    #[test]
    fn only_those_who_keep_order_pin_and_delete_what_others_have_said() {
        for role in Role::ALL {
            let offered = offered(Some(BEN), Some(role));
            assert!(!offered.contains(&Offer::Edit));
            assert!(offered.contains(&Offer::MarkUnread));
            assert_eq!(offered.contains(&Offer::Delete), role.keeps_order());
            assert_eq!(offered.contains(&Offer::Pin), role.keeps_order());
        }
        assert_eq!(offered(None, None), COPIES, "a visitor");
    }

    #[test]
    fn a_picture_without_words_is_looked_at_and_has_no_text_to_be_copied() {
        let picture = Message {
            body: String::new(),
            media: vec![Attachment {
                id: MediaId(Uuid::nil()),
                kind: MediaKind::Image,
                name: String::new(),
                mime: String::new(),
                width: None,
                height: None,
                size: 1,
                placeholder: String::new(),
                alt: String::new(),
                duration: None,
                poster: false,
            }],
            ..anas()
        };
        let offered = offers(&picture, Rights::default(), false);
        assert_eq!(offered, [Offer::Look, Offer::CopyLink]);
    }

    #[test]
    fn both_pin_in_a_conversation_of_two_and_what_is_pinned_is_unpinned() {
        let rights = Rights::new(Some(BEN), Some(Role::Member), RoomKind::Direct, false);
        assert!(offers(&anas(), rights, false).contains(&Offer::Pin));
        let pinned = Message {
            pinned: true,
            ..anas()
        };
        let offered = offers(&pinned, rights, false);
        assert!(offered.contains(&Offer::Unpin) && !offered.contains(&Offer::Pin));
    }

    #[test]
    fn in_a_conversation_that_has_ended_one_still_takes_back_what_one_has_said() {
        let rights = Rights::new(Some(ANA), Some(Role::Member), RoomKind::Direct, true);
        assert_eq!(
            offers(&anas(), rights, false),
            [Offer::CopyText, Offer::CopyLink, Offer::Delete]
        );
    }

    #[test]
    fn what_is_deleted_and_what_nobody_said_offers_nothing() {
        let deleted = Message {
            deleted: true,
            ..anas()
        };
        let line = Message {
            kind: MessageKind::Joined,
            ..anas()
        };
        for message in [deleted, line] {
            let rights = Rights::new(Some(ANA), Some(Role::Owner), RoomKind::Public, false);
            assert_eq!(offers(&message, rights, false), []);
        }
    }

    #[test]
    fn who_others_are_is_shown_unless_their_account_is_gone() {
        assert!(offered(Some(BEN), None).contains(&Offer::Profile));
        assert!(!offered(Some(ANA), Some(Role::Member)).contains(&Offer::Profile));
        let mut message = anas();
        message.sender.handle = Handle::parse("deleted_0123456789ab").unwrap();
        let rights = Rights::new(Some(BEN), None, RoomKind::Public, false);
        assert!(!offers(&message, rights, false).contains(&Offer::Profile));
    }

    #[test]
    fn whoever_is_signed_in_blocks_and_reports_others_and_not_themselves() {
        for role in [None, Some(Role::Owner)] {
            let others = offered(Some(BEN), role);
            assert!(others.contains(&Offer::Block) && others.contains(&Offer::Report));
            let blocked = offered_when(Some(BEN), role, true);
            assert!(blocked.contains(&Offer::Unblock) && !blocked.contains(&Offer::Block));
            let own = offered(Some(ANA), role);
            assert!(!own.contains(&Offer::Block) && !own.contains(&Offer::Report));
        }
    }
}
