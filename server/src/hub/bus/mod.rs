//! The bus between nodes: what one has committed, the others hear of at once.
//!
//! It never looks into a payload, and nothing depends on it: what it loses, the nodes find by polling
//! the database. Invariant: between an `Up` and the next `Down`, a channel whose subscription is
//! confirmed is heard in order; a message that is lost all the same leaves a gap in the sequence
//! numbers of its room.

mod error;
mod memory;
mod redis;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::mpsc;
use uuid::Uuid;

pub use self::{
    error::BusError,
    memory::MemoryBus,
    redis::{RedisBus, RedisConfig},
};

/// The channel of one room, named `layover:{0190c1f2-…}` on the wire. The braces are part of the
/// name: a Redis Cluster places the channel by what they hold.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Channel(pub Uuid);

/// What the bus tells its node. `Up` comes first, then `Down` and `Up` take turns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BusEvent {
    /// Something that another node (or this one) published. Order is kept per channel while the
    /// link stands. Messages may also come while it does not.
    Message { channel: Channel, payload: Bytes },
    /// The link is away: anything may be missed until `Up`.
    Down,
    /// The link is back, and all wanted channels are subscribed again.
    Up,
}

#[async_trait]
pub trait Bus: Send + Sync + 'static {
    /// Returns once the other side has confirmed, so that nothing published later is missed while
    /// the link stands. On an error the channel stays wanted, and is subscribed when the link
    /// returns. Never takes longer than a second.
    async fn subscribe(&self, channel: Channel) -> Result<(), BusError>;

    /// The channel is not wanted any more: nothing is heard of it from now on. Never waits.
    fn unsubscribe(&self, channel: Channel);

    /// Best effort: never waits, and drops what is too much. Order per channel is kept.
    fn publish(&self, channel: Channel, payload: Bytes);

    /// Whether the link stands, so that other nodes are heard.
    fn is_up(&self) -> bool;
}

const PREFIX: &str = "layover:{";
const SUFFIX: &str = "}";

impl Channel {
    /// Its name on the wire.
    fn wire(self) -> String {
        format!("{PREFIX}{}{SUFFIX}", self.0)
    }

    /// The channel of a name on the wire, if it is one of ours.
    fn from_wire(name: &[u8]) -> Option<Self> {
        let name = name.strip_prefix(PREFIX.as_bytes())?;
        let name = name.strip_suffix(SUFFIX.as_bytes())?;
        Uuid::try_parse_ascii(name).ok().map(Self)
    }
}

/// A link, and what is heard over it.
pub(crate) type Link = (Arc<dyn Bus>, Option<mpsc::Receiver<BusEvent>>);

/// That of a node that starts: by way of Redis, or none.
pub(crate) fn link(redis: Option<&RedisConfig>) -> Result<Link, BusError> {
    let Some(redis) = redis else {
        return Ok((Arc::new(MemoryBus), None));
    };
    let (bus, events) = RedisBus::connect(redis)?;
    Ok((bus, Some(events)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_read_back_from_its_name() {
        let channel = Channel(Uuid::from_u128(7));
        assert_eq!(
            channel.wire(),
            "layover:{00000000-0000-0000-0000-000000000007}"
        );
        assert_eq!(Channel::from_wire(channel.wire().as_bytes()), Some(channel));
        assert_eq!(Channel::from_wire(b"layover:lobby"), None);
    }
}
