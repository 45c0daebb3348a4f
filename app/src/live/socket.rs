//! The browser's side of the live connection: the only user of its WebSocket and its clock. All
//! decisions are made by the pure machines beside it.

use std::{pin::pin, time::Duration};

use futures::{
    SinkExt, StreamExt,
    channel::mpsc,
    future::{Either, select},
    stream::{SplitSink, SplitStream},
};
use gloo_net::websocket::{Message as SocketMessage, WebSocketError, futures::WebSocket};
use gloo_timers::future::TimeoutFuture;
use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    Effect, Event, Live, Outbox, Phase, Session,
    wire::{ClientFrame, CloseCode, SILENCE_SECONDS, SUBPROTOCOL, ServerFrame},
};
use crate::{
    accounts::User,
    error::ErrorCode,
    ids::{Epoch, RoomId},
    messages::{Changes, Judged, MessageKind, Timeline, page_messages},
    presence::Company,
    profiles::renew_faces,
};

/// Tells the writing half that there is something to send. One waiting signal is enough.
pub(super) type Wake = mpsc::Sender<()>;

/// How long it holds that somebody is writing.
const TYPING: Duration = Duration::from_secs(5);

/// Clients that are told to fetch a page do so within this time, in milliseconds: not all at once.
const SPREAD: f64 = 1000.0;

impl Live {
    /// Steps the session machine and does what it says.
    pub(super) fn event(self, event: Event) {
        if event == Event::Start {
            self.look_into_storage();
            self.listen_to_window();
            self.wait_for_turn();
            self.come_to_front();
        }
        let jitter = js_sys::Math::random();
        match self.session.try_update(|session| session.on(event, jitter)) {
            Some(Effect::Connect) => spawn_local(self.connect()),
            Some(Effect::RetryIn(wait)) => {
                let wait = Duration::from_millis(wait.into());
                set_timeout(move || self.event(Event::RetryDue), wait);
            }
            Some(Effect::None) | None => {}
        }
    }

    /// The network's return and the reader's are good moments to try again.
    fn listen_to_window(self) {
        let _ = window_event_listener(ev::online, move |_| self.event(Event::Nudge));
        // A link whose network is gone would look alive for a while.
        let _ = window_event_listener(ev::offline, move |_| self.wake.set_value(None));
        let _ = window_event_listener(ev::visibilitychange, move |_| self.come_to_front());
        // Another tab has written something down, or seen to it.
        let _ = window_event_listener_untyped("storage", move |_| {
            self.look_into_storage();
            self.flush();
        });
    }

    fn come_to_front(self) {
        self.event(Event::Nudge);
        if !document().hidden() {
            self.take_turn();
        }
    }

    async fn connect(self) {
        let code = match WebSocket::open_with_protocol(&address(), SUBPROTOCOL) {
            Ok(socket) => {
                let (sink, stream) = socket.split();
                let (wake, woken) = mpsc::channel(1);
                self.frames.set_value(vec![ClientFrame::Hello]);
                self.wake.set_value(Some(wake));
                self.flush();
                // Reading comes first: nothing is written to a socket that is known to be closed.
                match select(pin!(self.read(stream)), pin!(self.write(sink, woken))).await {
                    Either::Left((code, _)) => code,
                    Either::Right(_) => CloseCode::Other(1006),
                }
            }
            Err(_) => CloseCode::Other(1006),
        };
        self.wake.set_value(None);
        self.outbox.update(Outbox::disconnected);
        for (_, room) in self.rooms.get_value() {
            room.asking.set_value(false);
            room.company.try_set(Company::default());
        }
        self.event(Event::Lost(code));
    }

    /// Handles frames until the connection ends; a silent one is given up.
    async fn read(self, mut stream: SplitStream<WebSocket>) -> CloseCode {
        let silence = u32::try_from(SILENCE_SECONDS * 1000).unwrap_or(u32::MAX);
        loop {
            let heard = select(stream.next(), TimeoutFuture::new(silence)).await;
            match heard {
                Either::Left((Some(Ok(SocketMessage::Text(text))), _)) => {
                    // A frame of a later version of the protocol means nothing to this page.
                    let Ok(frame) = text.parse() else {
                        continue;
                    };
                    // Somebody else has signed in, in another tab: this one does not speak for them.
                    if let ServerFrame::Welcome { user, .. } = &frame
                        && self.user.get_value() != Some(user.id)
                    {
                        return CloseCode::SignedOut;
                    }
                    self.handle(frame);
                }
                Either::Left((Some(Ok(SocketMessage::Bytes(_))), _)) => {}
                Either::Left((Some(Err(WebSocketError::ConnectionClose(close))), _)) => {
                    return CloseCode::from_number(close.code);
                }
                Either::Left(_) | Either::Right(_) => return CloseCode::Other(1006),
            }
        }
    }

    /// Writes what waits, each time it is woken; ends when the wake is taken away.
    async fn write(
        self,
        mut sink: SplitSink<WebSocket, SocketMessage>,
        mut woken: mpsc::Receiver<()>,
    ) {
        while woken.next().await.is_some() {
            let mut frames = self
                .frames
                .try_update_value(std::mem::take)
                .unwrap_or_default();
            let online = self.session.with_untracked(Session::phase) == Phase::Online;
            if online && self.turns.get_value() > 0 {
                let taken = self.outbox.try_maybe_update(|outbox| {
                    let taken = outbox.take_waiting();
                    (!taken.is_empty(), taken)
                });
                frames.extend(taken.unwrap_or_default());
            }
            for frame in frames {
                let Ok(text) = serde_json::to_string(&frame) else {
                    continue;
                };
                if sink.send(SocketMessage::Text(text)).await.is_err() {
                    return;
                }
            }
        }
    }

    /// Wakes the writing half.
    pub(super) fn flush(self) {
        self.wake.update_value(|wake| {
            if let Some(wake) = wake {
                // A full channel is a signal that is already on its way.
                let _ = wake.try_send(());
            }
        });
    }

    fn handle(self, frame: ServerFrame) {
        match frame {
            ServerFrame::Welcome { epoch, .. } => self.welcome(epoch),
            ServerFrame::Changes(changes) => self.apply(changes),
            ServerFrame::Accepted(sent) => {
                self.let_go(sent.id);
                self.outbox.update(|outbox| {
                    let room = outbox.room_of(sent.id);
                    outbox.accepted(sent, room.and_then(|room| self.known(room)));
                });
            }
            ServerFrame::Refused {
                id: Some(id), code, ..
            } => self.outbox.update(|outbox| {
                if let Some(entry) = outbox.refused(id, code) {
                    entry.stored = self.keep(entry);
                }
            }),
            ServerFrame::Refused {
                room: Some(room),
                code,
                ..
            } => self.answered(room, code != ErrorCode::TooMany),
            ServerFrame::Read { reader, .. } if self.user.get_value() == Some(reader) => {
                self.news.notify();
            }
            ServerFrame::Read { room, reader, seq } => self.read_elsewhere(room, reader, seq),
            ServerFrame::Refused { .. } => {}
            ServerFrame::Reset { room, .. } => self.reload(room),
            ServerFrame::Subscribed { room, .. } => {
                self.answered(room, false);
                self.settle(room);
            }
            ServerFrame::Heads { heads } => self.look_at(heads),
            ServerFrame::Me { heads, gone } => {
                for room in gone {
                    self.answered(room, true);
                }
                self.look_at(heads);
                self.news.notify();
            }
            ServerFrame::Profile { whose, picture } => {
                if picture {
                    renew_faces(whose);
                }
                self.profile.set(Some(whose));
            }
            ServerFrame::Typing { room, user } => self.types_elsewhere(room, user),
            ServerFrame::Presence {
                room,
                count,
                people,
            } => {
                if let Some(room) = self.room(room) {
                    room.company
                        .try_update(|company| company.gather(count, people));
                }
            }
        }
    }

    fn welcome(self, epoch: Epoch) {
        let known = self.epoch.get_value();
        self.epoch.set_value(Some(epoch));
        self.event(Event::Welcomed);
        if known.is_some() {
            // Nothing was heard of profiles meanwhile: whoever shows them looks again.
            self.profile.set(self.user.get_value());
        }
        for id in self.rooms.get_value().into_keys() {
            if known.is_some_and(|known| known != epoch) {
                self.reload(id);
            } else {
                self.subscribe(id);
            }
        }
        self.flush();
        self.news.notify();
    }

    /// What was asked about a room is answered: it is listened to, or its membership has ended.
    fn answered(self, id: RoomId, ended: bool) {
        if let Some(room) = self.room(id) {
            room.asking.set_value(false);
            room.ended.try_set(ended);
        }
    }

    /// Subscribes anew to what is further on than is known here, or is one's own again.
    fn look_at(self, heads: Vec<(RoomId, i64)>) {
        for (id, head) in heads {
            let back = self
                .room(id)
                .and_then(|room| room.ended.try_get_untracked());
            if back == Some(true) || self.known(id).is_some_and(|known| known < head) {
                self.subscribe(id);
            }
        }
    }

    fn types_elsewhere(self, id: RoomId, user: User) {
        let room = self.room(id);
        let hides = |timeline: &Timeline| timeline.hidden().has(user.id);
        if room.and_then(|room| room.timeline.try_with_untracked(hides)) != Some(false) {
            return;
        }
        if let Some(company) = room.map(|room| room.company)
            && let Some(said) = company.try_update(|company| company.types(user))
        {
            let expire = move |company: &mut Company| (company.expire(said), ());
            set_timeout(
                move || {
                    company.try_maybe_update(expire);
                },
                TYPING,
            );
        }
    }

    fn apply(self, changes: Changes) {
        let id = changes.room;
        let Some(room) = self.room(id) else {
            return;
        };
        for item in &changes.items {
            // What somebody was writing is here.
            if item.kind == MessageKind::Text && item.version == item.seq {
                let spoken = |company: &mut Company| (company.speaks(item.sender.id), ());
                room.company.try_maybe_update(spoken);
            }
        }
        let judged = room.timeline.try_update(|timeline| timeline.apply(changes));
        if judged == Some(Judged::Gap) {
            self.subscribe(id);
        }
        self.settle(id);
    }

    /// Lets go of the commands whose rows the timeline has, and looks at what it ends with.
    fn settle(self, room: RoomId) {
        if let Some(known) = self.known(room) {
            // Most frames are other people's: they leave the outbox alone.
            self.outbox
                .try_maybe_update(|outbox| (outbox.arrived(room, known), ()));
        }
        self.look_at_last(room);
    }

    /// Starts a room's timeline anew from the page that is being read, or the newest one. Until that is
    /// here, the numbers of other frames say nothing.
    fn reload(self, id: RoomId) {
        let Some(room) = self.room(id) else {
            return;
        };
        room.asking.set_value(true);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 1,000"
        )]
        let wait = (js_sys::Math::random() * SPREAD) as u32;
        spawn_local(async move {
            TimeoutFuture::new(wait).await;
            let reading = room.timeline.try_with_untracked(Timeline::reading);
            let page = page_messages(id, None, None, reading.flatten()).await;
            if self.room(id) == Some(room) {
                room.asking.set_value(false);
                if let Ok(page) = page {
                    room.timeline.update(|timeline| timeline.renew(page));
                    self.subscribe(id);
                }
            }
        });
    }

    /// The last sequence number that the timeline of an open room has.
    fn known(self, room: RoomId) -> Option<i64> {
        self.room(room)?.timeline.try_with_untracked(Timeline::last)
    }
}

/// The socket's address on the host that the page came from.
fn address() -> String {
    let location = window().location();
    let scheme = if location.protocol().as_deref() == Ok("https:") {
        "wss"
    } else {
        "ws"
    };
    format!("{scheme}://{}/live", location.host().unwrap_or_default())
}
