//! What can be done with a message: pure. The server decides; this only leaves out what it would refuse.

use super::{Message, MessageKind};
use crate::{
    ids::UserId,
    rooms::{Role, RoomKind},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    Answer,
    Edit,
    Pin,
    Unpin,
    CopyText,
    CopyLink,
    /// What stands from there on is new again.
    MarkUnread,
    Delete,
}

/// What somebody who looks at a message may do in its room.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rights {
    pub(super) viewer: Option<UserId>,
    /// None for those who are no members.
    pub(super) role: Option<Role>,
    /// Whether they may hold messages up.
    pub(super) pins: bool,
}

impl Rights {
    pub(super) fn new(viewer: Option<UserId>, role: Option<Role>, kind: RoomKind) -> Self {
        Self {
            viewer,
            role,
            pins: role.is_some_and(|role| role.keeps_order() || kind == RoomKind::Direct),
        }
    }
}

/// In the order of the menu.
pub(super) fn offers(message: &Message, rights: Rights) -> Vec<Offer> {
    if message.deleted || message.kind != MessageKind::Text {
        return Vec::new();
    }
    let Rights { viewer, role, pins } = rights;
    let member = role.is_some();
    let own = member && viewer == Some(message.sender.id);
    let keeps_order = role.is_some_and(Role::keeps_order);
    [
        (Offer::Answer, member),
        (Offer::Edit, own),
        (Offer::Pin, pins && !message.pinned),
        (Offer::Unpin, pins && message.pinned),
        (Offer::CopyText, true),
        (Offer::CopyLink, true),
        (Offer::MarkUnread, member && !own),
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
        ids::MessageId,
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
            reactions: Vec::new(),
            pinned: false,
            edited: false,
            deleted: false,
            sent_at: 0,
        }
    }

    fn offered(viewer: Option<UserId>, role: Option<Role>) -> Vec<Offer> {
        offers(&anas(), Rights::new(viewer, role, RoomKind::Public))
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
    fn both_pin_in_a_conversation_of_two_and_what_is_pinned_is_unpinned() {
        let rights = Rights::new(Some(BEN), Some(Role::Member), RoomKind::Direct);
        assert!(offers(&anas(), rights).contains(&Offer::Pin));
        let pinned = Message {
            pinned: true,
            ..anas()
        };
        let offered = offers(&pinned, rights);
        assert!(offered.contains(&Offer::Unpin) && !offered.contains(&Offer::Pin));
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
            let rights = Rights::new(Some(ANA), Some(Role::Owner), RoomKind::Public);
            assert_eq!(offers(&message, rights), []);
        }
    }
}
