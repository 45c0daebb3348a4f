//! One person on one device: the browser's session, outbox and timelines around a real socket.
//!
//! Invariant: a send stays in the outbox, under its first id, until it is accepted or refused.

use std::{collections::HashMap, time::Duration};

use app::{
    error::ErrorCode,
    ids::{ClientId, Epoch, MessageId, RoomId, UserId},
    live::{
        Effect, Event as Step, Outbox, Phase, Session,
        wire::{ClientFrame, CloseCode, ServerFrame},
    },
    messages::{Page, Sent, Timeline},
};
use serde_json::{Value, json};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{Instant, sleep_until},
};

use super::{
    Answer, Door, Pace, Route,
    link::{Happening, Link, connect},
    room::{Room, Witness},
};
use crate::{
    checker::Final,
    dice::Dice,
    history::{Kind, Recorder, What},
    store::Account,
};

/// How many sends may be open before a client waits with the next one.
const MOST_OPEN: usize = 100;

/// How many of its own messages a client remembers, to change them.
const MOST_OWN: usize = 40;

/// What the harness asks of a client.
#[derive(Debug)]
pub(crate) enum Order {
    /// A room that the person is a member of.
    Open(RoomId),
    Join(RoomId),
    Leave(RoomId),
    /// Ends somebody else's membership, as the owner may.
    Remove(RoomId, UserId),
    /// Ends the session at the door of the node behind this port.
    SignOut {
        port: u16,
    },
    /// Stops reading, or reads again.
    Deaf(bool),
    /// Reads history back to its beginning.
    ReadBack,
    Report(oneshot::Sender<Report>),
    Final(oneshot::Sender<Vec<Final>>),
}

/// How a client stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Report {
    /// Since when it has been welcome.
    pub(crate) since: Option<Instant>,
    /// Operations and pages that it waits for.
    pub(crate) open: usize,
    pub(crate) lasts: HashMap<RoomId, i64>,
    pub(crate) signed_out: bool,
}

/// What comes back from a door.
enum Reply {
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

pub(crate) struct Client {
    witness: Witness,
    account: Account,
    route: Route,
    door: Door,
    dice: Dice,
    session: Session,
    outbox: Outbox,
    link: Link,
    deaf: bool,
    welcome: Option<Instant>,
    rooms: HashMap<RoomId, Room>,
    /// What was begun and has not ended.
    open: HashMap<ClientId, Kind>,
    own: Vec<(RoomId, MessageId)>,
    said: u64,
    replies: (mpsc::Sender<Reply>, mpsc::Receiver<Reply>),
    waiting_replies: usize,
}

impl Client {
    pub(crate) fn new(
        number: u32,
        account: Account,
        route: Route,
        recorder: Recorder,
        dice: Dice,
    ) -> Self {
        Self {
            witness: Witness {
                client: number,
                epoch: Epoch(uuid::Uuid::nil()),
                recorder,
            },
            door: Door::new(account.cookie.clone()),
            account,
            route,
            dice,
            session: Session::default(),
            outbox: Outbox::default(),
            link: Link::Down { retry: None },
            deaf: false,
            welcome: None,
            rooms: HashMap::new(),
            open: HashMap::new(),
            own: Vec::new(),
            said: 0,
            replies: mpsc::channel(256),
            waiting_replies: 0,
        }
    }

    /// Until nobody gives orders any more.
    pub(crate) async fn run(
        mut self,
        mut orders: mpsc::Receiver<Order>,
        mut pace: watch::Receiver<Pace>,
    ) {
        self.step(Step::Start);
        let mut due = self.due(*pace.borrow());
        loop {
            tokio::select! {
                order = orders.recv() => match order {
                    Some(order) => self.obey(order),
                    None => return,
                },
                changed = pace.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    due = self.due(*pace.borrow_and_update());
                }
                Some(reply) = self.replies.1.recv() => self.take(reply),
                happening = self.link.next(self.deaf) => self.happen(happening),
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                    let pace = *pace.borrow();
                    self.act(pace);
                    due = self.due(pace);
                }
            }
        }
    }

    /// When the next operation is due.
    fn due(&mut self, pace: Pace) -> Option<Instant> {
        (pace.per_second > 0.0).then(|| {
            let wait = (0.5 + self.dice.unit()) / pace.per_second;
            Instant::now() + Duration::from_secs_f64(wait)
        })
    }

    fn step(&mut self, event: Step) {
        match self.session.on(event, self.dice.unit()) {
            Effect::Connect => {
                let node = self.dice.below(self.route.ports.len());
                let cookie = self.account.cookie.clone();
                let connecting = connect(self.route.clone(), node, cookie);
                self.link = Link::Connecting(Box::pin(connecting));
            }
            Effect::RetryIn(wait) => {
                let retry = Instant::now() + Duration::from_millis(wait.into());
                self.link = Link::Down { retry: Some(retry) };
            }
            Effect::None => {}
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::RetryDue => {
                self.link = Link::Down { retry: None };
                self.step(Step::RetryDue);
            }
            Happening::Connected(socket) => {
                self.link = Link::Up(socket);
                self.link.say(&ClientFrame::Hello);
            }
            Happening::Frame(frame) => self.hear(*frame),
            Happening::Lost(code) => self.lose(code),
        }
    }

    fn lose(&mut self, code: CloseCode) {
        self.link = Link::Down { retry: None };
        self.welcome = None;
        self.outbox.disconnected();
        self.witness.note(What::Closed {
            code: code.number(),
        });
        for room in self.rooms.values_mut() {
            room.asking = false;
        }
        let gone = !code.reconnects();
        // An edit is not tried again; a send is, unless nobody is signed in any more.
        let unknown = |kind: Kind| match kind {
            Kind::Edit | Kind::Delete => true,
            Kind::Send => gone,
            Kind::Join | Kind::Leave | Kind::Remove | Kind::SignOut => false,
        };
        for (op, _) in self.open.extract_if(|_, kind| unknown(*kind)) {
            self.witness.note(What::Unknown { op });
        }
        self.step(Step::Lost(code));
    }

    fn hear(&mut self, frame: ServerFrame) {
        match frame {
            ServerFrame::Welcome { epoch, .. } => self.welcomed(epoch),
            ServerFrame::Changes(changes) => {
                let id = changes.room;
                let Some(room) = self.rooms.get_mut(&id) else {
                    return;
                };
                if room.hear(changes, &self.witness) {
                    self.subscribe(id);
                }
                self.settle(id);
            }
            ServerFrame::Accepted(sent) => self.accepted(sent),
            ServerFrame::Refused {
                id: Some(op), code, ..
            } => {
                if code == ErrorCode::NotMember
                    && let Some(room) = self.outbox.room_of(op)
                    && let Some(room) = self.rooms.get_mut(&room)
                {
                    room.member = false;
                }
                self.outbox.refused(op, code);
                self.outbox.discard(op);
                self.fail(op, code);
            }
            ServerFrame::Reset { room, .. } => {
                self.witness.note(What::Reset { room });
                if let Some(known) = self.rooms.get_mut(&room) {
                    known.asking = false;
                }
                self.load(room, None);
            }
            ServerFrame::Subscribed { room, .. }
            | ServerFrame::Refused {
                room: Some(room), ..
            } => {
                if let Some(known) = self.rooms.get_mut(&room) {
                    known.asking = false;
                }
            }
            ServerFrame::Me { heads, gone } => {
                for room in gone {
                    if let Some(room) = self.rooms.get_mut(&room) {
                        room.member = false;
                    }
                }
                self.look_at(heads);
            }
            ServerFrame::Heads { heads } => self.look_at(heads),
            ServerFrame::Refused { .. }
            | ServerFrame::Typing { .. }
            | ServerFrame::Presence { .. } => {}
        }
    }

    /// Subscribes again to rooms that are further on than their timelines.
    fn look_at(&mut self, heads: Vec<(RoomId, i64)>) {
        for (room, head) in heads {
            let known = self.rooms.get(&room).filter(|room| room.member);
            if known.and_then(Room::last).is_some_and(|last| last < head) {
                self.subscribe(room);
            }
        }
    }

    fn welcomed(&mut self, epoch: Epoch) {
        let Link::Up(socket) = &self.link else {
            return;
        };
        let (node, since) = (socket.node, socket.since);
        let known = std::mem::replace(&mut self.witness.epoch, epoch);
        self.witness.note(What::Connected { node, epoch });
        self.welcome = Some(since);
        self.step(Step::Welcomed);
        let rooms: Vec<_> = self.rooms.keys().copied().collect();
        for id in rooms {
            let Some(room) = self.rooms.get_mut(&id) else {
                continue;
            };
            if known != epoch {
                room.forget();
            }
            // Where a page comes first, the subscription follows it.
            if room.timeline.is_none() {
                self.load(id, None);
            } else {
                self.subscribe(id);
            }
        }
        self.flush();
    }

    fn flush(&mut self) {
        if self.session.phase() != Phase::Online {
            return;
        }
        for frame in self.outbox.take_waiting() {
            if !self.link.say(&frame) {
                // Its fate is unknown until the connection's is.
                break;
            }
        }
    }

    fn subscribe(&mut self, id: RoomId) {
        let Some(room) = self.rooms.get_mut(&id) else {
            return;
        };
        if room.asking || !room.member || self.session.phase() != Phase::Online {
            return;
        }
        let Some(last) = room.last() else { return };
        room.asking = self.link.say(&ClientFrame::Subscribe {
            room: id,
            epoch: Some(self.witness.epoch),
            since: Some(last),
        });
    }

    /// Lets go of the sends whose rows are here.
    fn settle(&mut self, id: RoomId) {
        if let Some(last) = self.rooms.get(&id).and_then(Room::last) {
            self.outbox.arrived(id, last);
        }
    }

    fn accepted(&mut self, sent: Sent) {
        let room = self.outbox.room_of(sent.id);
        let known = room.and_then(|room| self.rooms.get(&room)?.last());
        self.outbox.accepted(sent, known);
        let Some(kind) = self.open.remove(&sent.id) else {
            return;
        };
        self.witness.note(What::Ok {
            op: sent.id,
            seq: sent.seq,
            message: Some(sent.message),
        });
        if let (Kind::Send, Some(room)) = (kind, room) {
            self.own.push((room, sent.message));
            if self.own.len() > MOST_OWN {
                self.own.remove(0);
            }
        }
    }

    fn fail(&mut self, op: ClientId, code: ErrorCode) {
        if self.open.remove(&op).is_some() {
            self.witness.note(What::Failed { op, code });
        }
    }

    fn begin(&mut self, kind: Kind, room: RoomId) -> ClientId {
        let op = ClientId::new();
        self.open.insert(op, kind);
        self.witness.note(What::Invoke { op, kind, room });
        op
    }

    /// One operation of its own accord.
    fn act(&mut self, pace: Pace) {
        if self.open.len() >= MOST_OPEN || self.session.phase() == Phase::SignedOut {
            return;
        }
        let mut rooms: Vec<_> = self
            .rooms
            .iter()
            .filter(|(_, room)| room.member && room.timeline.is_some())
            .map(|(id, _)| *id)
            .collect();
        rooms.sort_unstable();
        let change = self.dice.below(1000);
        let kind = match u64::try_from(change).unwrap_or(0) {
            change if change < pace.edits => Kind::Edit,
            change if change < pace.edits + pace.deletions => Kind::Delete,
            _ => Kind::Send,
        };
        if kind != Kind::Send {
            if self.session.phase() == Phase::Online && !pace.twice {
                self.change(kind);
            }
            return;
        }
        let Some(room) = self.dice.pick(&rooms).copied() else {
            return;
        };
        let body = self.words(pace.padding);
        if pace.twice {
            self.send_twice(room, body);
        } else {
            let op = self.begin(Kind::Send, room);
            self.outbox.push(room, op, body);
            self.flush();
        }
    }

    /// Words that nobody else says.
    fn words(&mut self, padding: usize) -> String {
        self.said += 1;
        let padding = "語".repeat(self.dice.below(padding + 1));
        format!("{} says {} {padding}", self.witness.client, self.said)
            .trim()
            .to_owned()
    }

    /// Edits or deletes one of its own messages.
    fn change(&mut self, kind: Kind) {
        if self.own.is_empty() {
            return;
        }
        let at = self.dice.below(self.own.len());
        let (room, message) = self.own[at];
        let id = self.begin(kind, room);
        let frame = if kind == Kind::Delete {
            self.own.remove(at);
            ClientFrame::Delete { room, id, message }
        } else {
            let body = self.words(20);
            ClientFrame::Edit {
                room,
                id,
                message,
                body,
            }
        };
        if !self.link.say(&frame) && self.open.remove(&id).is_some() {
            self.witness.note(What::Unknown { op: id });
        }
    }

    /// The same send at the doors of two nodes at once; the next one after both have answered.
    fn send_twice(&mut self, room: RoomId, body: String) {
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

    fn obey(&mut self, order: Order) {
        match order {
            Order::Open(room) => {
                self.rooms.entry(room).or_default().member = true;
                if self.session.phase() == Phase::Online {
                    self.load(room, None);
                }
            }
            Order::Join(room) => self.ask(Kind::Join, room, "rooms/join", &json!({"room": room})),
            Order::Leave(room) => {
                self.ask(Kind::Leave, room, "rooms/leave", &json!({"room": room}));
            }
            Order::Remove(room, user) => {
                let input = json!({"room": room, "user": user});
                self.ask(Kind::Remove, room, "rooms/remove", &input);
            }
            Order::SignOut { port } => {
                let nowhere = RoomId(uuid::Uuid::nil());
                self.ask_at(
                    vec![port],
                    Kind::SignOut,
                    nowhere,
                    "accounts/sign_out",
                    &json!({}),
                );
            }
            Order::Deaf(deaf) => self.deaf = deaf,
            Order::ReadBack => {
                let rooms: Vec<_> = self.rooms.keys().copied().collect();
                for room in rooms {
                    self.read_back(room);
                }
            }
            Order::Report(reply) => {
                let _ = reply.send(self.report());
            }
            Order::Final(reply) => {
                let rooms = self.rooms.iter();
                let finals = rooms.filter_map(|(id, room)| room.finally(self.witness.client, *id));
                let _ = reply.send(finals.collect());
            }
        }
    }

    fn report(&self) -> Report {
        let signed_out = self.session.phase() == Phase::SignedOut;
        let loading = self.rooms.values().filter(|room| room.loading).count();
        Report {
            since: self.welcome,
            open: self.open.len() + loading + self.waiting_replies,
            lasts: self
                .rooms
                .iter()
                .filter_map(|(id, room)| Some((*id, room.last()?)))
                .collect(),
            signed_out,
        }
    }

    fn read_back(&mut self, id: RoomId) {
        let before = self.rooms.get(&id).and_then(|room| room.timeline.as_ref());
        if let Some(before) = before.and_then(Timeline::before) {
            self.load(id, Some(before));
        }
    }

    /// Fetches the newest page of a room, or the one before a place.
    fn load(&mut self, id: RoomId, before: Option<i64>) {
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

    fn ask(&mut self, kind: Kind, room: RoomId, name: &'static str, input: &Value) {
        self.ask_at(self.ports(), kind, room, name, input);
    }

    /// Calls a door and notes how it ended.
    fn ask_at(
        &mut self,
        ports: Vec<u16>,
        kind: Kind,
        room: RoomId,
        name: &'static str,
        input: &Value,
    ) {
        let op = self.begin(kind, room);
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

    fn take(&mut self, reply: Reply) {
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
                match kind {
                    Kind::Leave => self.rooms.entry(room).or_default().member = false,
                    Kind::Join => {
                        self.rooms.entry(room).or_default().member = true;
                        self.load(room, None);
                    }
                    _ => {}
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
