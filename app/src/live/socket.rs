//! The browser's side of the live connection: the only user of its WebSocket, its storage for the
//! outbox, and its clock. All decisions are made by the pure machines beside it.

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
    ids::{RoomId, UserId},
    messages::{Changes, Judged, Timeline, page_messages},
};

/// Tells the writing half that there is something to send. One waiting signal is enough.
pub(super) type Wake = mpsc::Sender<()>;

/// The name under which the tab keeps its outbox.
const OUTBOX: &str = "layover.outbox";

impl Live {
    /// Steps the session machine and does what it says.
    pub(super) fn event(self, event: Event) {
        if event == Event::Start {
            self.listen_to_window();
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
        let _ = window_event_listener(ev::visibilitychange, move |_| self.event(Event::Nudge));
    }

    async fn connect(self) {
        let code = match WebSocket::open_with_protocol(&address(), SUBPROTOCOL) {
            Ok(socket) => {
                let (sink, stream) = socket.split();
                let (wake, woken) = mpsc::channel(1);
                self.frames.set_value(vec![ClientFrame::Hello]);
                self.wake.set_value(Some(wake));
                self.wake_writer();
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
                    if let Ok(frame) = serde_json::from_str(&text) {
                        self.handle(frame);
                    }
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
            if self.session.with_untracked(Session::phase) == Phase::Online {
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

    pub(super) fn flush(self) {
        self.save_outbox();
        self.wake_writer();
    }

    fn wake_writer(self) {
        self.wake.update_value(|wake| {
            if let Some(wake) = wake {
                // A full channel is a signal that is already on its way.
                let _ = wake.try_send(());
            }
        });
    }

    fn handle(self, frame: ServerFrame) {
        match frame {
            ServerFrame::Welcome { epoch, .. } => {
                let known = self.epoch.get_value();
                self.epoch.set_value(Some(epoch));
                self.event(Event::Welcomed);
                let rooms = self
                    .rooms
                    .with_value(|rooms| rooms.keys().copied().collect::<Vec<_>>());
                for room in rooms {
                    if known.is_some_and(|known| known != epoch) {
                        self.reload(room);
                    }
                    self.subscribe(room);
                }
                self.flush();
            }
            ServerFrame::Changes(changes) => self.apply(changes),
            ServerFrame::Accepted(sent) => {
                self.outbox.update(|outbox| {
                    let room = outbox.room_of(sent.id);
                    outbox.accepted(sent, room.and_then(|room| self.known(room)));
                });
                self.save_outbox();
            }
            ServerFrame::Refused {
                id: Some(id), code, ..
            } => {
                self.outbox.update(|outbox| outbox.refused(id, code));
                self.save_outbox();
            }
            ServerFrame::Reset { room, .. } => self.reload(room),
            ServerFrame::Heads { heads } => {
                for (room, head) in heads {
                    if self.known(room).is_some_and(|known| known < head) {
                        self.subscribe(room);
                    }
                }
            }
            ServerFrame::Subscribed { room, .. } => self.settle(room),
            // No page shows these yet.
            ServerFrame::Refused { id: None, .. }
            | ServerFrame::Me { .. }
            | ServerFrame::Typing { .. }
            | ServerFrame::Presence { .. } => {}
        }
    }

    fn apply(self, changes: Changes) {
        let room = changes.room;
        let Some(timeline) = self.rooms.with_value(|rooms| rooms.get(&room).copied()) else {
            return;
        };
        let judged = timeline.try_update(|timeline| timeline.apply(changes));
        if judged == Some(Judged::Gap) {
            self.subscribe(room);
        }
        self.settle(room);
    }

    /// Lets go of the sends whose rows the timeline has.
    fn settle(self, room: RoomId) {
        let Some(known) = self.known(room) else {
            return;
        };
        // Most frames are other people's: they leave the outbox, and its storage, alone.
        let settled = self.outbox.try_maybe_update(|outbox| {
            let settled = outbox.arrived(room, known);
            (settled, settled)
        });
        if settled == Some(true) {
            self.save_outbox();
        }
    }

    /// Starts a room's timeline anew from its newest page.
    fn reload(self, room: RoomId) {
        spawn_local(async move {
            if let Ok(page) = page_messages(room, None).await
                && let Some(timeline) = self.rooms.with_value(|rooms| rooms.get(&room).copied())
            {
                timeline.set(Timeline::new(page));
                self.subscribe(room);
            }
        });
    }

    /// The last sequence number that the timeline of an open room has.
    fn known(self, room: RoomId) -> Option<i64> {
        let timeline = self.rooms.with_value(|rooms| rooms.get(&room).copied())?;
        timeline.try_with_untracked(Timeline::last)
    }

    /// Each tab keeps its own outbox, so that two tabs never send one message in turns.
    pub(super) fn save_outbox(self) {
        let (Some(storage), Some(user)) = (storage(), self.user.get_value()) else {
            return;
        };
        let kept = self
            .outbox
            .with_untracked(|outbox| serde_json::to_string(&(user, outbox)));
        // Without storage (a full one, a private window) the outbox lives as long as the page.
        let _ = kept.map(|kept| storage.set_item(OUTBOX, &kept));
    }

    /// Takes up what this person had not sent; what another one left in this tab goes.
    pub(super) fn restore_outbox(self) {
        let kept = storage().and_then(|storage| storage.get_item(OUTBOX).ok().flatten());
        let kept = kept.and_then(|kept| serde_json::from_str::<(UserId, Outbox)>(&kept).ok());
        match kept {
            Some((user, mut outbox)) if Some(user) == self.user.get_value() => {
                outbox.disconnected();
                self.outbox.set(outbox);
            }
            _ => Self::clear_outbox(),
        }
    }

    pub(super) fn clear_outbox() {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(OUTBOX);
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
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
