//! Every frame of the subprotocol `layover.v1`, both ways, and the close codes.
//!
//! A frame is one JSON text message with a `type`. Unknown fields are ignored, so that fields can
//! be added; an unknown type is refused.

use std::str::FromStr;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    accounts::User,
    error::ErrorCode,
    ids::{ClientId, Epoch, MediaId, MessageId, RoomId, UserId},
    messages::{Changes, Sent},
};

/// The WebSocket subprotocol. Another version is another name.
pub const SUBPROTOCOL: &str = "layover.v1";

/// The most bytes a frame from a client may have.
pub const MOST_BYTES: usize = 64 * 1024;

/// How often a server says `heads`, in seconds. A client that hears nothing for
/// [`SILENCE_SECONDS`] knows that the link is dead.
pub const HEADS_SECONDS: u64 = 10;

/// How long a client waits for any frame before it connects anew, in seconds.
pub const SILENCE_SECONDS: u64 = 25;

/// From client to server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// Asks for `welcome`, and for `me` when something changes in the person's own rooms.
    Hello,
    /// Asks for everything in a room after `since`, and for what follows.
    Subscribe {
        room: RoomId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        epoch: Option<Epoch>,
        /// Without it: only what follows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<i64>,
    },
    Unsubscribe {
        room: RoomId,
    },
    /// Posts a message; answered by `accepted` after the commit, or by `refused`.
    Send {
        room: RoomId,
        id: ClientId,
        body: String,
        /// The place of the message that it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<i64>,
        /// What it shows: up to 10 of the sender's own, finished uploads. Then the body may be empty.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        media: Vec<MediaId>,
        /// Whether the sender knows of the case numbers in it; without this they are refused.
        #[serde(default, skip_serializing_if = "is_false")]
        knowing: bool,
    },
    /// Changes the words of one's own message; answered as a send is. `id` names the command in its
    /// answer and is not kept: the same edit again changes nothing.
    Edit {
        room: RoomId,
        id: ClientId,
        message: MessageId,
        body: String,
        /// As in a send.
        #[serde(default, skip_serializing_if = "is_false")]
        knowing: bool,
    },
    /// Takes a message back, for everybody; answered as a send is.
    Delete {
        room: RoomId,
        id: ClientId,
        message: MessageId,
    },
    /// Answers a message with an emoji, or takes that back; answered as a send is.
    React {
        room: RoomId,
        id: ClientId,
        message: MessageId,
        emoji: String,
        on: bool,
    },
    /// Holds a message up for everybody in the room, or takes it down; answered as a send is.
    Pin {
        room: RoomId,
        id: ClientId,
        message: MessageId,
        on: bool,
    },
    /// Everything up to the place `seq` was on the person's screen.
    Read {
        room: RoomId,
        seq: i64,
    },
    /// The person is writing. Say it every 3 s while that is so; others forget it after 6.
    Typing {
        room: RoomId,
    },
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// From server to client. Read by [`FromStr`], not by serde: see there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    Welcome {
        user: User,
        epoch: Epoch,
        /// The person's own rooms, each with its last sequence number.
        heads: Vec<(RoomId, i64)>,
    },
    /// At most once a second: something changed in the person's own rooms since `welcome`; how far
    /// they have read them is asked for at `reads/unread`.
    Me {
        /// Rooms that have something new, those that they are a member of since included.
        heads: Vec<(RoomId, i64)>,
        /// Rooms that they are no longer a member of.
        gone: Vec<RoomId>,
    },
    /// The subscription stands; what was missed follows as `changes`, then what is new.
    Subscribed {
        room: RoomId,
        head: i64,
    },
    /// The subscription stands, but the client is too far behind: fetch a page.
    Reset {
        room: RoomId,
        head: i64,
    },
    /// The send `id` is committed.
    Accepted(Sent),
    /// A command was not carried out.
    Refused {
        /// The client's id of the send, where one was refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<ClientId>,
        /// The room, where a subscription was refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
        code: ErrorCode,
        message: String,
    },
    Changes(Changes),
    /// Somebody else is writing. May be lost; forget it after 6 s.
    Typing {
        room: RoomId,
        user: User,
    },
    /// Who has the room open, on any node; at most once a second. May be lost.
    Presence {
        room: RoomId,
        /// How many people.
        count: usize,
        /// They, unless the room has more than 200 members.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        people: Option<Vec<User>>,
    },
    /// Somebody has read the room up to the place `seq`: a person who shows it, or oneself, on another
    /// device. May be lost.
    Read {
        room: RoomId,
        reader: UserId,
        seq: i64,
    },
    /// What somebody tells of themselves has changed: a person who shares a room with the reader, or the
    /// reader. What it is now is asked for. At most once a second for each; may be lost.
    Profile {
        whose: UserId,
        /// Whether they may look otherwise.
        picture: bool,
    },
    /// Sent at intervals: the last sequence number of each room listened to.
    Heads {
        heads: Vec<(RoomId, i64)>,
    },
}

/// What a frame says of itself before the rest of it is read.
#[derive(Deserialize)]
struct Tag {
    r#type: Type,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Type {
    Welcome,
    Me,
    Subscribed,
    Reset,
    Accepted,
    Refused,
    Changes,
    Read,
    Typing,
    Presence,
    Profile,
    Heads,
}

/// The fields of the small frames. Each frame has some of them.
#[derive(Deserialize)]
struct Fields {
    room: Option<RoomId>,
    user: Option<User>,
    epoch: Option<Epoch>,
    head: Option<i64>,
    #[serde(default)]
    heads: Vec<(RoomId, i64)>,
    #[serde(default)]
    gone: Vec<RoomId>,
    id: Option<ClientId>,
    code: Option<ErrorCode>,
    #[serde(default)]
    message: String,
    reader: Option<UserId>,
    whose: Option<UserId>,
    #[serde(default)]
    picture: bool,
    seq: Option<i64>,
    count: Option<usize>,
    people: Option<Vec<User>>,
}

/// A frame that is not of this protocol, or of a later version of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the frame is not understood")]
pub struct NoFrame;

/// What serde makes of an enum with a tag inside reads every type in it in a second way, which is a
/// tenth of what the browser loads. So the tag is read first, and the frame then, as the type that it
/// says.
impl FromStr for ServerFrame {
    type Err = NoFrame;

    fn from_str(text: &str) -> Result<Self, NoFrame> {
        fn read<T: DeserializeOwned>(text: &str) -> Result<T, NoFrame> {
            serde_json::from_str(text).map_err(|_| NoFrame)
        }
        let Tag { r#type } = read(text)?;
        match r#type {
            Type::Changes => return Ok(Self::Changes(read(text)?)),
            Type::Accepted => return Ok(Self::Accepted(read(text)?)),
            _ => {}
        }
        let fields: Fields = read(text)?;
        let frame = || {
            let Fields {
                room, user, seq, ..
            } = fields;
            Some(match r#type {
                Type::Welcome => Self::Welcome {
                    user: user?,
                    epoch: fields.epoch?,
                    heads: fields.heads,
                },
                Type::Me => Self::Me {
                    heads: fields.heads,
                    gone: fields.gone,
                },
                Type::Subscribed => Self::Subscribed {
                    room: room?,
                    head: fields.head?,
                },
                Type::Reset => Self::Reset {
                    room: room?,
                    head: fields.head?,
                },
                Type::Refused => Self::Refused {
                    id: fields.id,
                    room,
                    code: fields.code?,
                    message: fields.message,
                },
                Type::Read => Self::Read {
                    room: room?,
                    reader: fields.reader?,
                    seq: seq?,
                },
                Type::Typing => Self::Typing {
                    room: room?,
                    user: user?,
                },
                Type::Presence => Self::Presence {
                    room: room?,
                    count: fields.count?,
                    people: fields.people,
                },
                Type::Profile => Self::Profile {
                    whose: fields.whose?,
                    picture: fields.picture,
                },
                Type::Heads => Self::Heads {
                    heads: fields.heads,
                },
                Type::Changes | Type::Accepted => return None,
            })
        };
        frame().ok_or(NoFrame)
    }
}

/// Why a socket was closed, and what its client does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseCode {
    /// 1012: the server stops. Connect again.
    Restart,
    /// 4400: a frame that is not of this protocol. Connect again; a client of ours never sends one.
    BadFrame,
    /// 4401: the session has ended. Do not connect again before signing in.
    SignedOut,
    /// 4408: the client read too slowly. Connect again and resume: nothing is lost.
    TooSlow,
    /// 4429: the client asked for more than it may for too long. Wait for 5 to 10 s, connect again,
    /// and resume.
    TooMuch,
    /// Anything else, a dropped link included. Connect again.
    Other(u16),
}

impl CloseCode {
    /// The number on the wire.
    pub fn number(self) -> u16 {
        match self {
            Self::Restart => 1012,
            Self::BadFrame => 4400,
            Self::SignedOut => 4401,
            Self::TooSlow => 4408,
            Self::TooMuch => 4429,
            Self::Other(number) => number,
        }
    }

    pub fn from_number(number: u16) -> Self {
        [
            Self::Restart,
            Self::BadFrame,
            Self::SignedOut,
            Self::TooSlow,
            Self::TooMuch,
        ]
        .into_iter()
        .find(|code| code.number() == number)
        .unwrap_or(Self::Other(number))
    }

    /// Whether a client may try again.
    pub fn reconnects(self) -> bool {
        self != Self::SignedOut
    }
}

#[cfg(test)]
mod tests;
