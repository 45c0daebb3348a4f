//! What stands in the list, one below the other: pure.

use super::{Message, MessageKind};

/// Messages of one sender that are closer than this stand together, in milliseconds.
const TOGETHER: i64 = 5 * 60 * 1000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// A day begins: its number, and a moment of it.
    Day(i64, i64),
    /// What stands below is new to the reader.
    New,
    /// A message, and whether it goes on where the one above left off.
    Message(Box<Message>, bool),
}

/// What makes a line another line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Day(i64),
    New,
    Message {
        seq: i64,
        version: i64,
        follows: bool,
    },
}

impl Line {
    pub(super) fn key(&self) -> Key {
        match self {
            Self::Day(day, _) => Key::Day(*day),
            Self::New => Key::New,
            Self::Message(message, follows) => Key::Message {
                seq: message.seq,
                version: message.version,
                follows: *follows,
            },
        }
    }
}

/// The lines of these messages, which come oldest first. `new` is the place of the first that is new to
/// the reader, `day` numbers the days.
pub(super) fn lines<'a>(
    messages: impl Iterator<Item = &'a Message>,
    new: Option<i64>,
    day: impl Fn(i64) -> i64,
) -> Vec<Line> {
    let mut above: Option<(&Message, i64)> = None;
    let mut lines = Vec::new();
    for message in messages {
        let today = day(message.sent_at);
        // A clock that was set back begins no day anew.
        let mut begins = above.is_none_or(|(_, known)| known < today);
        if begins {
            lines.push(Line::Day(today, message.sent_at));
        }
        if new == Some(message.seq) {
            lines.push(Line::New);
            begins = true;
        }
        let follows = above.is_some_and(|(above, _)| {
            !begins
                && above.kind == MessageKind::Text
                && message.kind == MessageKind::Text
                && above.sender.id == message.sender.id
                && message.sent_at - above.sent_at < TOGETHER
        });
        lines.push(Line::Message(Box::new(message.clone()), follows));
        above = Some((message, above.map_or(today, |(_, known)| known.max(today))));
    }
    lines
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        accounts::{Handle, User},
        ids::{MessageId, UserId},
    };

    const MINUTE: i64 = 60 * 1000;
    const DAY: i64 = 24 * 60 * MINUTE;

    fn message(seq: i64, sender: u128, sent_at: i64) -> Message {
        Message {
            id: MessageId(Uuid::nil()),
            seq,
            version: seq,
            kind: MessageKind::Text,
            sender: User {
                id: UserId(Uuid::from_u128(sender)),
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
            sent_at,
        }
    }

    fn drawn(messages: &[Message]) -> String {
        drawn_with_new(messages, None)
    }

    /// `d` for a day, `n` for what is new, `m` for a message and `f` for one that follows.
    fn drawn_with_new(messages: &[Message], new: Option<i64>) -> String {
        let lines = lines(messages.iter(), new, |at| at.div_euclid(DAY));
        let letters = lines.iter().map(|line| match line {
            Line::Day(..) => 'd',
            Line::New => 'n',
            Line::Message(_, false) => 'm',
            Line::Message(_, true) => 'f',
        });
        letters.collect()
    }

    #[test]
    fn messages_of_one_sender_within_five_minutes_stand_together() {
        let close = [message(1, 1, 0), message(2, 1, 4 * MINUTE)];
        assert_eq!(drawn(&close), "dmf");
        let far = [message(1, 1, 0), message(2, 1, 5 * MINUTE)];
        assert_eq!(drawn(&far), "dmm");
        let others = [message(1, 1, 0), message(2, 2, MINUTE)];
        assert_eq!(drawn(&others), "dmm");
    }

    #[test]
    fn each_day_begins_once_and_parts_what_would_stand_together() {
        let midnight = [message(1, 1, DAY - MINUTE), message(2, 1, DAY + MINUTE)];
        assert_eq!(drawn(&midnight), "dmdm");
        let set_back = [
            message(1, 1, DAY + MINUTE),
            message(2, 2, DAY - MINUTE),
            message(3, 1, DAY + 2 * MINUTE),
        ];
        assert_eq!(drawn(&set_back), "dmmm");
    }

    #[test]
    fn what_is_new_begins_below_its_day_and_stands_apart_from_what_was_read() {
        let today = [
            message(1, 1, 0),
            message(2, 1, MINUTE),
            message(3, 1, 2 * MINUTE),
        ];
        assert_eq!(drawn_with_new(&today, Some(2)), "dmnmf");
        assert_eq!(drawn_with_new(&today, Some(1)), "dnmff");
        assert_eq!(drawn_with_new(&today, Some(9)), "dmff");
    }

    #[test]
    fn lines_that_come_in_above_leave_the_keys_of_the_others_as_they_are() {
        let messages: Vec<_> = (1..=6)
            .map(|seq| message(seq, 1, seq * 10 * MINUTE))
            .collect();
        let keys = |messages: &[Message]| {
            let lines = lines(messages.iter(), None, |at| at.div_euclid(DAY));
            lines.iter().map(Line::key).collect::<Vec<_>>()
        };
        let (later, all) = (keys(&messages[3..]), keys(&messages));
        assert!(later.iter().all(|key| all.contains(key)));
    }
}
