//! Whose words a reader does not want to see: pure. Frames are the same for all who read; what is hidden is
//! hidden where it is shown.

use super::Message;
use crate::ids::UserId;

/// The people whom the reader has blocked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hidden(Vec<UserId>);

impl Hidden {
    pub(super) fn new(people: Vec<UserId>) -> Self {
        Self(people)
    }

    /// How many people.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    pub fn has(&self, user: UserId) -> bool {
        self.0.contains(&user)
    }

    /// Hides what somebody says from now on, or shows it again.
    pub(super) fn set(&mut self, user: UserId, hides: bool) {
        self.0.retain(|known| *known != user);
        if hides {
            self.0.push(user);
        }
    }

    /// Takes out of a message with what these people have answered it. Returns whether one of them has
    /// said it.
    pub(super) fn veil(&self, message: &mut Message) -> bool {
        message.reactions.retain_mut(|reaction| {
            reaction.people.retain(|person| {
                let shown = !self.has(person.id);
                reaction.count -= i64::from(!shown);
                shown
            });
            reaction.count > 0
        });
        self.has(message.sender.id)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        accounts::{Handle, User},
        ids::MessageId,
        messages::{Emoji, MessageKind, Reaction},
    };

    fn user(number: u128) -> User {
        User {
            id: UserId(Uuid::from_u128(number)),
            handle: Handle::parse("somebody").unwrap(),
        }
    }

    fn reaction(count: i64, people: &[u128]) -> Reaction {
        Reaction {
            emoji: Emoji::unjudged("👍".to_owned()),
            count,
            people: people.iter().map(|number| user(*number)).collect(),
        }
    }

    fn message(sender: u128, reactions: &[Reaction]) -> Message {
        Message {
            id: MessageId(Uuid::nil()),
            seq: 1,
            version: 1,
            kind: MessageKind::Text,
            sender: user(sender),
            client_id: None,
            body: "hi".to_owned(),
            html: None,
            reply_to: None,
            media: Vec::new(),
            reactions: reactions.to_vec(),
            pinned: false,
            edited: false,
            deleted: false,
            sent_at: 0,
        }
    }

    #[test]
    fn what_the_blocked_say_is_hidden_until_they_are_not() {
        let mut hidden = Hidden::new(vec![user(2).id]);
        assert!(hidden.veil(&mut message(2, &[])));
        assert!(!hidden.veil(&mut message(1, &[])));
        hidden.set(user(2).id, false);
        hidden.set(user(1).id, true);
        hidden.set(user(1).id, true);
        assert_eq!(hidden.count(), 1);
        assert!(hidden.has(user(1).id) && !hidden.has(user(2).id));
    }

    #[test]
    fn what_the_blocked_answer_is_left_out_and_the_others_are_counted() {
        let hidden = Hidden::new(vec![user(2).id]);
        // One of the three is not named.
        let mut answered = message(1, &[reaction(3, &[1, 2]), reaction(1, &[2])]);
        assert!(!hidden.veil(&mut answered));
        assert_eq!(answered.reactions, [reaction(2, &[1])]);
    }
}
