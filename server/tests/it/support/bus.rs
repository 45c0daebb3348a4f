//! A node that knows nothing but its end of the bus.

use std::{path::PathBuf, sync::Arc, time::Duration};

use bytes::Bytes;
use layover::hub::bus::{Bus, BusEvent, Channel, RedisBus, RedisConfig};
use tokio::{sync::mpsc::Receiver, time::timeout};
use uuid::Uuid;

/// For what must happen. Reached only by a test that fails.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// A node with its end of the bus.
pub(crate) struct Node {
    pub(crate) bus: Arc<RedisBus>,
    pub(crate) events: Receiver<BusEvent>,
}

impl Node {
    pub(crate) fn connecting(url: String, ca: Option<PathBuf>) -> Self {
        let (bus, events) = RedisBus::connect(&RedisConfig { url, ca }).unwrap();
        Self { bus, events }
    }

    pub(crate) async fn at(url: String) -> Self {
        let mut node = Self::connecting(url, None);
        node.is_told(BusEvent::Up).await;
        node
    }

    pub(crate) async fn next_event(&mut self) -> BusEvent {
        let event = timeout(SOON, self.events.recv()).await;
        event.expect("something happens").expect("the bus is there")
    }

    /// The next event that is no message.
    pub(crate) async fn is_told(&mut self, news: BusEvent) {
        loop {
            match self.next_event().await {
                BusEvent::Message { .. } => {}
                event => return assert_eq!(event, news),
            }
        }
    }

    /// The next message.
    pub(crate) async fn hears(&mut self) -> (Channel, Bytes) {
        match self.next_event().await {
            BusEvent::Message { channel, payload } => (channel, payload),
            event => panic!("{event:?} instead of a message"),
        }
    }

    /// The next message, whatever happens to the link meanwhile.
    pub(crate) async fn hears_at_last(&mut self) -> (Channel, Bytes) {
        loop {
            if let BusEvent::Message { channel, payload } = self.next_event().await {
                return (channel, payload);
            }
        }
    }

    pub(crate) async fn subscribe(&self, channel: Channel) {
        self.bus.subscribe(channel).await.unwrap();
    }

    pub(crate) fn say(&self, channel: Channel, text: &str) {
        self.bus.publish(channel, Bytes::from(text.to_owned()));
    }
}

pub(crate) fn room() -> Channel {
    Channel(Uuid::now_v7())
}

pub(crate) fn rooms(count: usize) -> Vec<Channel> {
    (0..count).map(|_| Channel(Uuid::new_v4())).collect()
}

pub(crate) fn said(channel: Channel, text: &str) -> (Channel, Bytes) {
    (channel, Bytes::from(text.to_owned()))
}
