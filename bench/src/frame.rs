//! What crosses the sockets, in the words of each target.
//!
//! A message's body begins with the time at which it was sent and the client that sent it, so that
//! whoever gets it can tell how long it took, and whose it is, without asking anybody.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::{Error, target::Target};

/// What people say, after the time: as long as a line in a chat.
const WORDS: &str = "the office has written at last, it took them eleven weeks";

/// The digits of the time, and those of the client.
const DIGITS: [usize; 2] = [14, 6];

/// When a message was sent, and by which client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) at: u64,
    pub(crate) by: usize,
}

/// What a frame from a server says, as far as the measurement wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// Layover knows the client; numbers compare within this epoch only.
    Welcome { epoch: String },
    /// The connection hears its room, whose last sequence number is this where the target has any.
    Subscribed { head: i64 },
    /// A send is stored.
    Accepted,
    /// A send or a subscription was not carried out.
    Refused { why: String },
    /// Messages; changes up to the number.
    Delivered { said: Vec<Said>, last: i64 },
    /// It has to be answered by this.
    Answer { with: &'static str },
    /// Nothing that matters.
    Other,
}

pub(crate) fn body(Said { at, by }: Said) -> String {
    let [time, client] = DIGITS;
    format!("{at:0time$} {by:0client$} {WORDS}")
}

/// Nothing, if it is not one of ours.
fn said(body: &str) -> Option<Said> {
    let [time, client] = DIGITS;
    Some(Said {
        at: body.get(..time)?.parse().ok()?,
        by: body.get(time + 1..=time + client)?.parse().ok()?,
    })
}

/// Says something in a room.
pub(crate) fn send(target: Target, room: Uuid, said: Said) -> String {
    let (id, body) = (Uuid::now_v7(), body(said));
    match target {
        Target::Layover => json!({"type": "send", "room": room, "id": id, "body": body}),
        Target::Django => json!({"id": id, "body": body}),
        Target::SocketIo | Target::SocketIoUnstored => {
            // The number asks for an acknowledgement; one at a time needs only one number.
            return format!("421{}", json!(["send", {"id": id, "body": body}]));
        }
    }
    .to_string()
}

pub(crate) fn read(target: Target, text: &str) -> Result<Event, Error> {
    match target {
        Target::Layover | Target::Django => Ok(serde_json::from_str::<Frame<'_>>(text)?.event()),
        Target::SocketIo | Target::SocketIoUnstored => read_engine(text),
    }
}

/// A frame of Layover or of the Django peer: a type, and the fields of all types.
#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    code: Option<&'a str>,
    epoch: Option<&'a str>,
    #[serde(default)]
    head: i64,
    #[serde(default)]
    last_seq: i64,
    #[serde(borrow, default)]
    items: Vec<Item<'a>>,
    #[serde(borrow)]
    body: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow)]
    body: Cow<'a, str>,
}

impl Frame<'_> {
    fn event(self) -> Event {
        match self.kind {
            "welcome" => Event::Welcome {
                epoch: self.epoch.unwrap_or_default().to_owned(),
            },
            "subscribed" => Event::Subscribed { head: self.head },
            "accepted" => Event::Accepted,
            "changes" => Event::Delivered {
                said: self
                    .items
                    .iter()
                    .filter_map(|item| said(&item.body))
                    .collect(),
                last: self.last_seq,
            },
            "message" => Event::Delivered {
                said: self.body.iter().filter_map(|body| said(body)).collect(),
                last: 0,
            },
            "refused" | "reset" => Event::Refused {
                why: self.code.unwrap_or(self.kind).to_owned(),
            },
            _ => Event::Other,
        }
    }
}

/// The answer of the socket.io peer to a send.
#[derive(Deserialize)]
struct Acknowledged<'a> {
    #[serde(borrow)]
    error: Option<Cow<'a, str>>,
}

/// A packet of engine.io 4 that carries, where its first digit is 4, one of socket.io 5.
fn read_engine(text: &str) -> Result<Event, Error> {
    let packet = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = &text[..text.len() - packet.len()];
    Ok(match digits {
        // Opened: now the namespace is asked for.
        "0" => Event::Answer { with: "40" },
        "2" => Event::Answer { with: "3" },
        "41" | "44" => Event::Refused {
            why: text.to_owned(),
        },
        "42" => match packet.strip_prefix("[\"message\",") {
            Some(message) => Event::Delivered {
                said: said(&first::<Item<'_>>(message)?.body)
                    .into_iter()
                    .collect(),
                last: 0,
            },
            None if packet.starts_with("[\"subscribed\"") => Event::Subscribed { head: 0 },
            None => Event::Other,
        },
        _ if digits.starts_with("43") => {
            let answer = packet.strip_prefix('[').unwrap_or(packet);
            match first::<Acknowledged<'_>>(answer)?.error {
                None => Event::Accepted,
                Some(why) => Event::Refused {
                    why: why.into_owned(),
                },
            }
        }
        _ => Event::Other,
    })
}

/// The value that the text begins with.
fn first<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, serde_json::Error> {
    T::deserialize(&mut serde_json::Deserializer::from_str(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEVEN: Said = Said { at: 7, by: 1 };
    const NINE: Said = Said { at: 9, by: 250 };

    #[test]
    fn a_frame_of_many_changes_is_as_many_messages() {
        let frame = json!({
            "type": "changes", "room": Uuid::nil(), "first_seq": 4, "last_seq": 6,
            "items": [{"body": body(SEVEN)}, {"body": ""}, {"body": body(NINE), "kind": "text"}],
        });
        let event = read(Target::Layover, &frame.to_string()).unwrap();
        let delivered = Event::Delivered {
            said: vec![SEVEN, NINE],
            last: 6,
        };
        assert_eq!(event, delivered);
    }

    #[test]
    fn a_refusal_tells_why_and_a_new_type_does_not_matter() {
        let why = "not_member".to_owned();
        for (frame, event) in [
            (
                json!({"type": "refused", "code": "not_member"}),
                Event::Refused { why },
            ),
            (json!({"type": "weather", "room": 3}), Event::Other),
            (
                json!({"type": "subscribed", "head": 3}),
                Event::Subscribed { head: 3 },
            ),
        ] {
            assert_eq!(read(Target::Layover, &frame.to_string()).unwrap(), event);
        }
    }

    #[test]
    fn engine_io_is_opened_pinged_and_read() {
        let message = format!("42[\"message\",{}]", json!({"id": 1, "body": body(SEVEN)}));
        let delivered = Event::Delivered {
            said: vec![SEVEN],
            last: 0,
        };
        let refused = Event::Refused {
            why: "23505".to_owned(),
        };
        for (text, event) in [
            (
                "0{\"sid\":\"a\",\"pingInterval\":25000}",
                Event::Answer { with: "40" },
            ),
            ("2", Event::Answer { with: "3" }),
            ("40{\"sid\":\"b\"}", Event::Other),
            ("42[\"subscribed\"]", Event::Subscribed { head: 0 }),
            ("431[{\"id\":\"c\"}]", Event::Accepted),
            ("431[{\"error\":\"23505\"}]", refused),
            (message.as_str(), delivered),
            ("6", Event::Other),
        ] {
            assert_eq!(read(Target::SocketIo, text).unwrap(), event, "{text}");
        }
    }

    #[test]
    fn a_send_carries_its_time() {
        for target in Target::ALL {
            let frame = send(target, Uuid::nil(), SEVEN);
            assert!(frame.contains("00000000000007 000001 "), "{frame}");
        }
    }
}
