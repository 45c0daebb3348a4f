//! What one node tells the others about a room: a byte for the kind, the sender's id, and the rest.

use app::{
    accounts::User,
    ids::{Epoch, UserId},
};
use bytes::Bytes;
use uuid::Uuid;

use super::mailbox::Outbound;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Letter {
    /// Changes, as the frame that every listener gets, and the epoch of their numbers.
    Changes(Epoch, Outbound),
    /// Somebody is writing: the frame for the others.
    Typing(UserId, Outbound),
    /// Somebody has read on: the frame for the others, or for their own other devices alone.
    Read {
        user: UserId,
        shows: bool,
        frame: Outbound,
    },
    /// Who has the room open on the sender's node; replaces what it has said before.
    Presence(Vec<User>),
}

impl Letter {
    pub(super) fn seal(&self, node: Uuid) -> Bytes {
        let people;
        let (kind, id, text) = match self {
            Self::Changes(epoch, text) => (b'c', epoch.0, text.as_str()),
            Self::Typing(user, text) => (b't', user.0, text.as_str()),
            Self::Read { user, shows, frame } => {
                let kind = if *shows { b'r' } else { b'o' };
                (kind, user.0, frame.as_str())
            }
            Self::Presence(named) => {
                // People are strings and ids, which JSON can always hold.
                people = serde_json::to_string(named).unwrap_or_default();
                (b'p', Uuid::nil(), people.as_str())
            }
        };
        [
            &[kind],
            &node.as_bytes()[..],
            id.as_bytes(),
            text.as_bytes(),
        ]
        .concat()
        .into()
    }

    /// The sender and the letter; none if no node of this version has written it.
    pub(super) fn open(bytes: &[u8]) -> Option<(Uuid, Self)> {
        let (kind, rest) = bytes.split_first()?;
        let (node, rest) = rest.split_at_checked(16)?;
        let (id, text) = rest.split_at_checked(16)?;
        let (node, id) = (Uuid::from_slice(node).ok()?, Uuid::from_slice(id).ok()?);
        let text = std::str::from_utf8(text).ok()?;
        let letter = match kind {
            b'c' => Self::Changes(Epoch(id), text.into()),
            b't' => Self::Typing(UserId(id), text.into()),
            b'r' | b'o' => Self::Read {
                user: UserId(id),
                shows: *kind == b'r',
                frame: text.into(),
            },
            b'p' => Self::Presence(serde_json::from_str(text).ok()?),
            _ => return None,
        };
        Some((node, letter))
    }
}

#[cfg(test)]
mod tests {
    use app::accounts::Handle;

    use super::*;

    #[test]
    fn a_letter_is_read_as_it_was_written() {
        let user = User {
            id: UserId::new(),
            handle: Handle::parse("ana").unwrap(),
        };
        let node = Uuid::now_v7();
        for letter in [
            Letter::Changes(Epoch(Uuid::now_v7()), "{}".into()),
            Letter::Typing(user.id, "{}".into()),
            Letter::Read {
                user: user.id,
                shows: true,
                frame: "{}".into(),
            },
            Letter::Read {
                user: user.id,
                shows: false,
                frame: "{}".into(),
            },
            Letter::Presence(vec![user]),
        ] {
            assert_eq!(Letter::open(&letter.seal(node)), Some((node, letter)));
        }
        for bad in [&b""[..], b"c", b"x0123456789abcdef0123456789abcdef{}"] {
            assert_eq!(Letter::open(bad), None);
        }
    }
}
