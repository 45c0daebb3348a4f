//! One person on one device: the browser's session, outbox and timelines around a real socket.
//!
//! Invariant: a send stays in the outbox, under its first id, until it is accepted or refused.

use std::{collections::HashMap, time::Duration};

use app::{
    error::ErrorCode,
    ids::{ClientId, Epoch, MessageId, RoomId},
    live::{
        Effect, Event as Step, Outbox, Phase, Session,
        wire::{ClientFrame, CloseCode, ServerFrame},
    },
};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, sleep_until},
};

use super::{
    Door, Pace, Route,
    link::{Happening, Link, connect},
    orders::Order,
    replies::Reply,
    room::{Room, Witness},
};
use crate::{
    dice::Dice,
    history::{Kind, Recorder, What},
    store::Account,
};

pub(crate) struct Client {
    pub(super) witness: Witness,
    pub(super) account: Account,
    pub(super) route: Route,
    pub(super) door: Door,
    pub(super) dice: Dice,
    pub(super) session: Session,
    pub(super) outbox: Outbox,
    pub(super) link: Link,
    pub(super) deaf: bool,
    pub(super) welcome: Option<Instant>,
    pub(super) rooms: HashMap<RoomId, Room>,
    /// What was begun and has not ended.
    pub(super) open: HashMap<ClientId, Kind>,
    pub(super) own: Vec<(RoomId, MessageId)>,
    pub(super) said: u64,
    pub(super) replies: (mpsc::Sender<Reply>, mpsc::Receiver<Reply>),
    pub(super) waiting_replies: usize,
    /// It has ended its session: its socket is to be closed.
    pub(super) leaving: bool,
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
            leaving: false,
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
            ServerFrame::Subscribed { room, .. } => self.answered(room, false),
            ServerFrame::Refused {
                room: Some(room),
                code,
                ..
            } => self.answered(room, code == ErrorCode::NotMember),
            ServerFrame::Me { heads, gone } => {
                for room in gone {
                    self.answered(room, true);
                }
                self.look_at(heads);
            }
            ServerFrame::Heads { heads } => self.look_at(heads),
            ServerFrame::Refused { .. }
            | ServerFrame::Read { .. }
            | ServerFrame::Typing { .. }
            | ServerFrame::Presence { .. }
            | ServerFrame::Profile { .. } => {}
        }
    }

    /// What was asked about a room is answered: it is listened to, or its membership has ended.
    fn answered(&mut self, room: RoomId, ended: bool) {
        if let Some(room) = self.rooms.get_mut(&room) {
            room.asking = false;
            room.member &= !ended;
        }
    }

    /// Subscribes anew to what is further on than its timeline, or is one's own again.
    fn look_at(&mut self, heads: Vec<(RoomId, i64)>) {
        for (id, head) in heads {
            let Some(room) = self.rooms.get_mut(&id) else {
                continue;
            };
            let back = !std::mem::replace(&mut room.member, true);
            match room.last() {
                None if back => self.load(id, None),
                Some(last) if back || last < head => self.subscribe(id),
                _ => {}
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

    pub(super) fn flush(&mut self) {
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

    pub(super) fn subscribe(&mut self, id: RoomId) {
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
    pub(super) fn settle(&mut self, id: RoomId) {
        if let Some(last) = self.rooms.get(&id).and_then(Room::last) {
            self.outbox.arrived(id, last);
        }
    }
}
