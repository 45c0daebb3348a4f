//! What a client asks at the doors, and what comes back from them.

use app::{
    ids::{ClientId, RoomId},
    messages::{Page, Sent, Timeline},
};
use serde_json::{Value, json};

use super::{Answer, Client, link::Link};
use crate::history::{Kind, What};

/// What comes back from a door.
pub(super) enum Reply {
    Page {
        room: RoomId,
        before: Option<i64>,
        answer: Answer<Page>,
    },
    Done {
        op: ClientId,
        kind: Kind,
        room: RoomId,
        answer: Answer<Value>,
    },
    Twice {
        op: ClientId,
        answers: [Answer<Sent>; 2],
    },
}

impl Client {
    /// The same send at the doors of two nodes at once; the next one after both have answered.
    pub(super) fn send_twice(&mut self, room: RoomId, body: String) {
        if !self.open.is_empty() {
            return;
        }
        let op = self.begin(Kind::Send, room);
        let (door, replies) = (self.door.clone(), self.replies.0.clone());
        let [one, other] = [self.route.ports.first(), self.route.ports.last()]
            .map(|port| port.copied().unwrap_or_default());
        self.waiting_replies += 1;
        tokio::spawn(async move {
            let input = json!({"room": room, "id": op, "body": body});
            let (ports, reversed) = ([one, other], [other, one]);
            let (first, second) = tokio::join!(
                door.insist(&ports, "messages/send", &input),
                door.insist(&reversed, "messages/send", &input),
            );
            let answers = [first, second];
            let _ = replies.send(Reply::Twice { op, answers }).await;
        });
    }

    pub(super) fn read_back(&mut self, id: RoomId) {
        let before = self.rooms.get(&id).and_then(|room| room.timeline.as_ref());
        if let Some(before) = before.and_then(Timeline::before) {
            self.load(id, Some(before));
        }
    }

    /// Fetches the newest page of a room, or the one before a place.
    pub(super) fn load(&mut self, id: RoomId, before: Option<i64>) {
        let Some(room) = self.rooms.get_mut(&id) else {
            return;
        };
        if std::mem::replace(&mut room.loading, true) {
            return;
        }
        let (door, replies) = (self.door.clone(), self.replies.0.clone());
        let ports = self.ports();
        tokio::spawn(async move {
            let input = json!({"room": id, "before": before});
            let answer = door.insist(&ports, "messages/page", &input).await;
            let reply = Reply::Page {
                room: id,
                before,
                answer,
            };
            let _ = replies.send(reply).await;
        });
    }

    /// The node that it is connected to first.
    fn ports(&self) -> Vec<u16> {
        let mut ports = self.route.ports.clone();
        if let Link::Up(socket) = &self.link
            && !ports.is_empty()
        {
            let node = socket.node % ports.len();
            ports.rotate_left(node);
        }
        ports
    }

    pub(super) fn ask(&mut self, kind: Kind, room: RoomId, name: &'static str, input: &Value) {
        self.ask_at(self.ports(), kind, room, name, input);
    }

    /// Calls a door and notes how it ended.
    pub(super) fn ask_at(
        &mut self,
        ports: Vec<u16>,
        kind: Kind,
        room: RoomId,
        name: &'static str,
        input: &Value,
    ) {
        let op = self.begin(kind, room);
        if matches!(kind, Kind::Join | Kind::Leave) {
            self.rooms.entry(room).or_default().standing = Some(op);
        }
        let (door, replies, input) = (self.door.clone(), self.replies.0.clone(), input.clone());
        self.waiting_replies += 1;
        tokio::spawn(async move {
            let answer = door.insist(&ports, name, &input).await;
            let reply = Reply::Done {
                op,
                kind,
                room,
                answer,
            };
            let _ = replies.send(reply).await;
        });
    }

    pub(super) fn take(&mut self, reply: Reply) {
        match reply {
            Reply::Page {
                room: id,
                before,
                answer,
            } => {
                let Some(room) = self.rooms.get_mut(&id) else {
                    return;
                };
                match (answer, before) {
                    (Answer::Done(page), None) => room.start(id, page, &self.witness),
                    (Answer::Done(page), Some(asked)) => {
                        room.extend(id, asked, page, &self.witness);
                    }
                    (Answer::Refused(_) | Answer::Unknown, _) => room.loading = false,
                }
                self.settle(id);
                match before {
                    None => self.subscribe(id),
                    Some(_) => self.read_back(id),
                }
            }
            Reply::Done {
                op,
                kind,
                room,
                answer,
            } => self.done(op, kind, room, answer),
            Reply::Twice { op, answers } => self.sent_twice(op, answers),
        }
    }

    fn done(&mut self, op: ClientId, kind: Kind, room: RoomId, answer: Answer<Value>) {
        self.waiting_replies -= 1;
        if self.open.remove(&op).is_none() {
            return;
        }
        match answer {
            Answer::Done(_) => {
                self.witness.note(What::Ok {
                    op,
                    seq: 0,
                    message: None,
                });
                self.leaving |= kind == Kind::SignOut;
                if let Some(known) = self.rooms.get_mut(&room)
                    && known.standing == Some(op)
                {
                    known.member = kind == Kind::Join;
                    if known.member {
                        self.load(room, None);
                    }
                }
            }
            Answer::Refused(error) => self.witness.note(What::Failed {
                op,
                code: error.code,
            }),
            Answer::Unknown => self.witness.note(What::Unknown { op }),
        }
    }

    fn sent_twice(&mut self, op: ClientId, answers: [Answer<Sent>; 2]) {
        self.waiting_replies -= 1;
        self.open.remove(&op);
        let mut answered = false;
        for answer in answers {
            match answer {
                Answer::Done(sent) => {
                    answered = true;
                    self.witness.note(What::Ok {
                        op,
                        seq: sent.seq,
                        message: Some(sent.message),
                    });
                }
                Answer::Refused(error) => {
                    answered = true;
                    self.witness.note(What::Failed {
                        op,
                        code: error.code,
                    });
                }
                Answer::Unknown => {}
            }
        }
        if !answered {
            self.witness.note(What::Unknown { op });
        }
    }
}
