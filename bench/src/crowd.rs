//! Many clients at once, each in its room.
//!
//! A client is two tasks, so that one whose server does not read still reads itself. Nothing is
//! queued without bound: what a client cannot take is not sent, and then counts as not arrived.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use futures::{
    SinkExt, StreamExt, TryStreamExt,
    stream::{self, SplitSink, SplitStream},
};
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    task::JoinSet,
};
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

use crate::{
    Error,
    door::{Door, Seat, Socket},
    frame::{self, Event, Said},
    meter::Meter,
};

/// How many clients connect at the same time.
const AT_ONCE: usize = 32;

/// How many orders a client takes before it has carried out the first.
const ORDERS: usize = 4096;

/// What a client is told to do.
enum Order {
    /// Say something as of this time.
    Send {
        at: u64,
    },
    Answer {
        with: &'static str,
    },
}

/// What the clients of a crowd do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// They hear their room, and say the next thing once the last is acknowledged and has come back
    /// to them: a server whose deliveries lag behind its acknowledgements is not run over.
    Converse,
    /// They hear their room, and speak when they are told to.
    Recite,
    /// They hear nothing, and say the next thing once one is acknowledged.
    Post,
}

pub(crate) struct Crowd {
    pub(crate) meter: Arc<Meter>,
    clients: Vec<Sender<Order>>,
    tasks: JoinSet<()>,
    stopped: Arc<AtomicBool>,
}

/// One client's other side of the socket.
struct Reader {
    door: Door,
    number: usize,
    meter: Arc<Meter>,
    orders: Sender<Order>,
    part: Part,
    /// The last change of the room that it has got, where the target numbers them.
    last: i64,
    /// Whether the last thing said is acknowledged, and whether it has come back.
    answered: [bool; 2],
    stopped: Arc<AtomicBool>,
}

impl Crowd {
    /// Connects all; each client speaks in the rooms given, in turn.
    pub(crate) async fn gather(
        door: Door,
        seats: Vec<(Seat, Vec<Uuid>)>,
        part: Part,
    ) -> Result<Self, Error> {
        let meter = Arc::new(Meter::new());
        let stopped = Arc::new(AtomicBool::new(false));
        let entering = seats.into_iter().map(|(seat, rooms)| async move {
            let socket = if part == Part::Post {
                door.connect(&seat, Ipv4Addr::LOCALHOST).await?
            } else {
                door.enter(&seat).await?
            };
            Ok::<_, Error>((socket, rooms))
        });
        let sockets: Vec<_> = stream::iter(entering)
            .buffered(AT_ONCE)
            .try_collect()
            .await?;

        let (mut clients, mut tasks) = (Vec::new(), JoinSet::new());
        for (number, (socket, rooms)) in sockets.into_iter().enumerate() {
            let (sink, stream) = socket.split();
            let (orders, taken) = channel(ORDERS);
            let reader = Reader {
                door,
                number,
                meter: Arc::clone(&meter),
                orders: orders.clone(),
                part,
                last: 0,
                answered: [false; 2],
                stopped: Arc::clone(&stopped),
            };
            clients.push(orders);
            tasks.spawn(write(door, sink, taken, number, rooms));
            tasks.spawn(reader.run(stream));
        }
        Ok(Self {
            meter,
            clients,
            tasks,
            stopped,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.clients.len()
    }

    /// Each client begins to talk, with so many messages ahead of their acknowledgements.
    pub(crate) fn begin(&self, ahead: usize) {
        for client in &self.clients {
            for _ in 0..ahead {
                let at = self.meter.now();
                let _ = client.try_send(Order::Send { at });
            }
        }
    }

    /// One client says something that was due at this time.
    pub(crate) fn say(&self, client: usize, at: u64) {
        let _ = self.clients[client % self.clients.len()].try_send(Order::Send { at });
    }

    /// Nobody says anything new; what was said still arrives.
    pub(crate) fn hush(&self) {
        self.stopped.store(true, Relaxed);
    }

    /// An error if a send was refused or a connection lost: then the numbers mean nothing.
    pub(crate) fn unhurt(&self) -> Result<(), Error> {
        let refused = self.meter.refused.load(Relaxed);
        let broken = self.meter.broken.load(Relaxed);
        if refused + broken == 0 {
            Ok(())
        } else {
            Err(format!("{refused} sends were refused, {broken} connections lost").into())
        }
    }

    /// Everybody leaves.
    pub(crate) async fn leave(mut self) {
        self.hush();
        self.tasks.shutdown().await;
    }
}

async fn write(
    door: Door,
    mut sink: SplitSink<Socket, Message>,
    mut orders: Receiver<Order>,
    number: usize,
    rooms: Vec<Uuid>,
) {
    let mut said = 0;
    while let Some(first) = orders.recv().await {
        // What is due is written together.
        let mut next = Some(first);
        while let Some(order) = next {
            let text = match order {
                Order::Send { at } => {
                    said += 1;
                    frame::send(
                        door.target,
                        rooms[said % rooms.len()],
                        Said { at, by: number },
                    )
                }
                Order::Answer { with } => with.to_owned(),
            };
            if sink.feed(Message::text(text)).await.is_err() {
                // The reader sees the end of the connection as well, and counts it.
                return;
            }
            next = orders.try_recv().ok();
        }
        if sink.flush().await.is_err() {
            return;
        }
    }
}

impl Reader {
    async fn run(mut self, mut stream: SplitStream<Socket>) {
        while let Some(Ok(message)) = stream.next().await {
            match self.door.read(&message) {
                Ok(event) => self.take(event).await,
                Err(_) => break,
            }
        }
        self.meter.broken.fetch_add(1, Relaxed);
    }

    async fn take(&mut self, event: Event) {
        match event {
            // As a client of Layover's would: what it has, it does not take again.
            Event::Delivered { said, last } if last != 0 && last <= self.last => {
                self.meter.doubled.fetch_add(said.len() as u64, Relaxed);
            }
            Event::Delivered { said, last } => {
                self.last = last;
                self.meter.deliver(self.number, &said);
                if said.iter().any(|said| said.by == self.number) {
                    self.answered[1] = true;
                    self.go_on().await;
                }
            }
            Event::Accepted => {
                self.meter.accepted.fetch_add(1, Relaxed);
                self.answered[0] = true;
                self.go_on().await;
            }
            Event::Refused { .. } => {
                self.meter.refused.fetch_add(1, Relaxed);
                self.answered = [true; 2];
                self.go_on().await;
            }
            Event::Answer { with } => {
                let _ = self.orders.send(Order::Answer { with }).await;
            }
            Event::Welcome { .. } | Event::Subscribed { .. } | Event::Other => {}
        }
    }

    async fn go_on(&mut self) {
        let goes_on = match self.part {
            Part::Converse => self.answered == [true; 2],
            Part::Post => self.answered[0],
            Part::Recite => false,
        };
        if goes_on && !self.stopped.load(Relaxed) {
            self.answered = [false; 2];
            let at = self.meter.now();
            let _ = self.orders.send(Order::Send { at }).await;
        }
    }
}
