//! What can be done with a message: pure. The server decides; this only leaves out what it would refuse.

use super::{Message, MessageKind};
use crate::{ids::UserId, rooms::Role};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    Edit,
    CopyText,
    CopyLink,
    Delete,
}

/// In the order of the menu. A viewer without a role is no member.
pub(super) fn offers(message: &Message, viewer: Option<UserId>, role: Option<Role>) -> Vec<Offer> {
    if message.deleted || message.kind != MessageKind::Text {
        return Vec::new();
    }
    let own = role.is_some() && viewer == Some(message.sender.id);
    let keeps_order = role.is_some_and(Role::keeps_order);
    [Offer::Edit, Offer::CopyText, Offer::CopyLink, Offer::Delete]
        .into_iter()
        .filter(|offer| match offer {
            Offer::Edit => own,
            Offer::Delete => own || keeps_order,
            Offer::CopyText | Offer::CopyLink => true,
        })
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

    #[test]
    fn members_change_and_delete_what_they_have_said() {
        let offered = offers(&anas(), Some(ANA), Some(Role::Member));
        let all = [Offer::Edit, Offer::CopyText, Offer::CopyLink, Offer::Delete];
        assert_eq!(offered, all);
        assert_eq!(offers(&anas(), Some(ANA), None), COPIES, "no member");
    }

    #[test]
    fn only_those_who_keep_order_delete_what_others_have_said() {
        for role in Role::ALL {
            let offered = offers(&anas(), Some(BEN), Some(role));
            assert!(!offered.contains(&Offer::Edit));
            assert_eq!(offered.contains(&Offer::Delete), role.keeps_order());
        }
        assert_eq!(offers(&anas(), None, None), COPIES, "a visitor");
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
            assert_eq!(offers(&message, Some(ANA), Some(Role::Owner)), []);
        }
    }
}
