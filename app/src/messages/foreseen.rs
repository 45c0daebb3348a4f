//! How messages look once what the viewer has done to them is done: pure.

use super::Message;
use crate::{
    ids::ClientId,
    live::{Command, Entry, State},
};

/// These messages with these changes, the oldest of which comes first. What was refused is left out.
pub(super) fn foreseen<'a>(
    messages: impl Iterator<Item = &'a Message>,
    changes: impl Iterator<Item = &'a Entry> + Clone,
) -> Vec<Message> {
    let expected = changes.filter(|entry| !matches!(entry.state, State::Refused(_)));
    messages
        .map(|message| {
            let mut message = message.clone();
            for entry in expected.clone() {
                change(&mut message, entry);
            }
            message
        })
        .collect()
}

fn change(message: &mut Message, entry: &Entry) {
    match entry.command {
        Command::Edit(id) if id == message.id && !message.deleted => {
            message.body.clone_from(&entry.body);
            // Only the server makes HTML of it.
            message.html = None;
            message.edited = true;
        }
        Command::Delete(id) if id == message.id => {
            message.erase();
        }
        _ => return,
    }
    message.version = version(entry.id);
}

/// Tells a row that is only foreseen from every row of the server's: theirs are above zero.
fn version(id: ClientId) -> i64 {
    let (_, random) = id.0.as_u64_pair();
    -(random >> 1).cast_signed() - 1
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        accounts::{Handle, User},
        error::ErrorCode,
        ids::{MessageId, RoomId, UserId},
        messages::MessageKind,
    };

    const FIRST: MessageId = MessageId(Uuid::from_u128(1));
    const SECOND: MessageId = MessageId(Uuid::from_u128(2));

    fn message(id: MessageId) -> Message {
        Message {
            id,
            seq: 1,
            version: 1,
            kind: MessageKind::Text,
            sender: User {
                id: UserId(Uuid::nil()),
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

    fn entry(command: Command, body: &str) -> Entry {
        let room = RoomId(Uuid::nil());
        Entry::new(room, ClientId::new(), command, body.to_owned())
    }

    fn bodies(changes: &[Entry]) -> Vec<String> {
        let messages = [message(FIRST), message(SECOND)];
        let shown = foreseen(messages.iter(), changes.iter());
        shown.into_iter().map(|message| message.body).collect()
    }

    #[test]
    fn a_message_is_shown_with_the_last_words_that_were_given_to_it() {
        let changes = [
            entry(Command::Edit(FIRST), "hello"),
            entry(Command::Edit(FIRST), "hello there"),
        ];
        assert_eq!(bodies(&changes), ["hello there", "hi"]);
    }

    #[test]
    fn what_is_taken_back_is_shown_as_deleted_whatever_else_is_queued() {
        let changes = [
            entry(Command::Delete(FIRST), ""),
            entry(Command::Edit(FIRST), "hello"),
        ];
        let shown = foreseen([message(FIRST)].iter(), changes.iter());
        assert!(shown[0].deleted && shown[0].body.is_empty());
    }

    #[test]
    fn what_was_refused_changes_nothing() {
        let mut refused = entry(Command::Delete(FIRST), "");
        refused.state = State::Refused(ErrorCode::Forbidden);
        assert_eq!(bodies(&[refused]), ["hi", "hi"]);
    }

    #[test]
    fn every_change_makes_another_row() {
        let versions = ["one", "two"].map(|body| {
            let change = [entry(Command::Edit(FIRST), body)];
            foreseen([message(FIRST)].iter(), change.iter())[0].version
        });
        assert!(versions[0] < 0 && versions[1] < 0 && versions[0] != versions[1]);
    }
}
