//! How messages look once what the viewer has done to them is done: pure.

use super::{Emoji, Message, Reaction};
use crate::{
    accounts::User,
    ids::ClientId,
    live::{Command, Entry, State},
};

/// These messages with these changes, the oldest of which comes first. What was refused is left out.
pub(super) fn foreseen<'a>(
    messages: impl Iterator<Item = &'a Message>,
    changes: impl Iterator<Item = &'a Entry> + Clone,
    viewer: Option<&User>,
) -> Vec<Message> {
    let expected = changes.filter(|entry| !matches!(entry.state, State::Refused(_)));
    messages
        .map(|message| {
            let mut message = message.clone();
            for entry in expected.clone() {
                change(&mut message, entry, viewer);
            }
            message
        })
        .collect()
}

fn change(message: &mut Message, entry: &Entry, viewer: Option<&User>) {
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
        Command::React(id, on) if id == message.id && !message.deleted => {
            let Some(viewer) = viewer else { return };
            react(&mut message.reactions, &entry.body, viewer, on);
        }
        Command::Pin(id, on) if id == message.id && !message.deleted => message.pinned = on,
        _ => return,
    }
    message.version = version(entry.id);
}

fn react(reactions: &mut Vec<Reaction>, emoji: &str, viewer: &User, on: bool) {
    let same = |reaction: &Reaction| reaction.emoji.as_str() == emoji;
    if on && !reactions.iter().any(same) {
        reactions.push(Reaction {
            emoji: Emoji::unjudged(emoji.to_owned()),
            count: 0,
            people: Vec::new(),
        });
    }
    for reaction in reactions.iter_mut().filter(|reaction| same(reaction)) {
        match (reaction.is_of(viewer.id), on) {
            (false, true) => {
                reaction.people.push(viewer.clone());
                reaction.count += 1;
            }
            (true, false) => {
                reaction.people.retain(|person| person.id != viewer.id);
                reaction.count -= 1;
            }
            _ => {}
        }
    }
    reactions.retain(|reaction| reaction.count > 0);
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
        ids::{MediaId, MessageId, RoomId, UserId},
        media::{Attachment, MediaKind},
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
            media: Vec::new(),
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
        let shown = foreseen(messages.iter(), changes.iter(), None);
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
    fn what_a_message_shows_stays_when_its_words_change_and_goes_with_it() {
        let media = vec![Attachment {
            id: MediaId(Uuid::nil()),
            kind: MediaKind::File,
            name: "letter.pdf".to_owned(),
            mime: "application/pdf".to_owned(),
            width: None,
            height: None,
            size: 1,
            placeholder: String::new(),
            alt: String::new(),
            duration: None,
            poster: false,
        }];
        let shows = Message {
            media: media.clone(),
            ..message(FIRST)
        };
        let after = |command| {
            let changes = [entry(command, "")];
            let shown = foreseen([shows.clone()].iter(), changes.iter(), None);
            shown[0].media.clone()
        };
        assert_eq!(after(Command::Edit(FIRST)), media);
        assert_eq!(after(Command::Delete(FIRST)), []);
    }

    #[test]
    fn what_is_taken_back_is_shown_as_deleted_whatever_else_is_queued() {
        let changes = [
            entry(Command::Delete(FIRST), ""),
            entry(Command::Edit(FIRST), "hello"),
        ];
        let shown = foreseen([message(FIRST)].iter(), changes.iter(), None);
        assert!(shown[0].deleted && shown[0].body.is_empty());
    }

    #[test]
    fn what_was_refused_changes_nothing() {
        let mut refused = entry(Command::Delete(FIRST), "");
        refused.state = State::Refused(ErrorCode::Forbidden);
        assert_eq!(bodies(&[refused]), ["hi", "hi"]);
    }

    #[test]
    fn a_reaction_stands_at_once_and_is_counted_once() {
        let ana = message(FIRST).sender;
        let shown = |changes: &[Entry]| {
            let shown = foreseen([message(FIRST)].iter(), changes.iter(), Some(&ana));
            let reactions = shown[0].reactions.iter();
            reactions
                .map(|reaction| (reaction.emoji.as_str().to_owned(), reaction.count))
                .collect::<Vec<_>>()
        };
        let on = || entry(Command::React(FIRST, true), "👍");
        let off = || entry(Command::React(FIRST, false), "👍");
        assert_eq!(shown(&[on(), on()]), [("👍".to_owned(), 1)]);
        assert_eq!(shown(&[on(), off()]), []);
        assert_eq!(shown(&[off()]), []);
    }

    #[test]
    fn every_change_makes_another_row() {
        let versions = ["one", "two"].map(|body| {
            let change = [entry(Command::Edit(FIRST), body)];
            foreseen([message(FIRST)].iter(), change.iter(), None)[0].version
        });
        assert!(versions[0] < 0 && versions[1] < 0 && versions[0] != versions[1]);
    }
}
