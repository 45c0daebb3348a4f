//! Who holds which channel: the one server there is, or the nodes of a cluster by slot.
//!
//! It follows no redirection: a table that has become wrong ends the link, and the next one reads it
//! again. Invariant: every slot has a node.

use std::collections::HashMap;

use redis::{FromRedisValue, Value, aio::MultiplexedConnection, cmd};
use uuid::Uuid;

use super::{super::Channel, link::LinkError, server::Address};

const SLOTS: usize = 16_384;

#[derive(Debug)]
pub(super) struct Topology {
    pub(super) nodes: Vec<Address>,
    /// The place in `nodes` of each slot's node. Nothing for a server that is alone.
    slots: Option<Vec<u16>>,
}

impl Topology {
    /// Asks the server at an address.
    pub(super) async fn ask(
        connection: &mut MultiplexedConnection,
        seed: Address,
    ) -> Result<Self, LinkError> {
        // Unlike INFO, HELLO is open to every user.
        let mut hello: HashMap<String, Value> = cmd("HELLO").query_async(connection).await?;
        let mode: Option<String> = hello.remove("mode").map(read).transpose()?;
        if mode.as_deref() != Some("cluster") {
            return Ok(Self {
                nodes: vec![seed],
                slots: None,
            });
        }
        let ranges: Vec<Vec<Value>> = cmd("CLUSTER").arg("SLOTS").query_async(connection).await?;
        Self::of(ranges, &seed.0)
    }

    /// From the answer to `CLUSTER SLOTS`: for each range its first and last slot, its master and
    /// its replicas.
    fn of(ranges: Vec<Vec<Value>>, seed: &str) -> Result<Self, LinkError> {
        let mut nodes: Vec<Address> = Vec::new();
        let mut slots = vec![None; SLOTS];
        for range in ranges {
            let mut range = range.into_iter();
            let (Some(first), Some(last), Some(master)) =
                (range.next(), range.next(), range.next())
            else {
                return Err(LinkError::Topology);
            };
            let (first, last): (usize, usize) = (read(first)?, read(last)?);
            let master = master_address(master, seed)?;
            let place = nodes.iter().position(|node| *node == master);
            let place = place.unwrap_or_else(|| {
                nodes.push(master);
                nodes.len() - 1
            });
            let place = u16::try_from(place).map_err(|_| LinkError::Topology)?;
            slots
                .get_mut(first..=last)
                .ok_or(LinkError::Topology)?
                .fill(Some(place));
        }
        let slots: Option<Vec<u16>> = slots.into_iter().collect();
        Ok(Self {
            nodes,
            slots: Some(slots.ok_or(LinkError::Uncovered)?),
        })
    }

    pub(super) fn is_cluster(&self) -> bool {
        self.slots.is_some()
    }

    /// The place in `nodes` of a channel's node.
    pub(super) fn node(&self, channel: Channel) -> usize {
        self.slots
            .as_ref()
            .map_or(0, |slots| slots[slot(channel)].into())
    }
}

fn master_address(master: Value, seed: &str) -> Result<Address, LinkError> {
    let master: Vec<Value> = read(master)?;
    let mut master = master.into_iter();
    let (Some(host), Some(port)) = (master.next(), master.next()) else {
        return Err(LinkError::Topology);
    };
    let host: Option<String> = read(host)?;
    let host = match host.as_deref() {
        // The node does not know how it is reached, but we have just reached it.
        None | Some("") => seed,
        Some("?") => return Err(LinkError::Topology),
        Some(host) => host,
    };
    Ok((host.to_owned(), read(port)?))
}

fn read<T: FromRedisValue>(value: Value) -> Result<T, LinkError> {
    T::from_redis_value(value).map_err(|error| LinkError::Redis(error.into()))
}

/// The slot of what the braces in a channel's name hold.
fn slot(channel: Channel) -> usize {
    let mut buffer = Uuid::encode_buffer();
    let tag = channel.0.hyphenated().encode_lower(&mut buffer);
    usize::from(crc16(tag.as_bytes())) % SLOTS
}

/// CRC-16/XMODEM, as Redis Cluster's specification has it.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        let start = crc ^ (u16::from(*byte) << 8);
        (0..8).fold(start, |crc, _| {
            if crc & 0x8000 == 0 {
                crc << 1
            } else {
                (crc << 1) ^ 0x1021
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(first: i64, last: i64, host: Value) -> Vec<Value> {
        let master = vec![host, Value::Int(7000), Value::SimpleString("id".into())];
        vec![Value::Int(first), Value::Int(last), Value::Array(master)]
    }

    fn host(name: &str) -> Value {
        Value::BulkString(name.into())
    }

    #[test]
    fn slots_are_those_of_the_specification() {
        assert_eq!(crc16(b"123456789"), 0x31c3);
    }

    #[test]
    fn each_slot_has_its_node() {
        let ranges = vec![
            range(0, 99, host("a")),
            range(100, 16_382, Value::Nil),
            range(16_383, 16_383, host("a")),
        ];
        let topology = Topology::of(ranges, "seed").unwrap();
        assert_eq!(topology.nodes, [("a".into(), 7000), ("seed".into(), 7000)]);
        let slots = topology.slots.unwrap();
        assert_eq!(
            [slots[0], slots[99], slots[100], slots[16_383]],
            [0, 0, 1, 0]
        );
    }

    #[test]
    fn a_cluster_with_a_hole_is_not_used_yet() {
        let refusal = Topology::of(vec![range(0, 99, host("a"))], "seed");
        assert!(matches!(refusal, Err(LinkError::Uncovered)));
        let refusal = Topology::of(vec![range(0, 20_000, host("a"))], "seed");
        assert!(matches!(refusal, Err(LinkError::Topology)));
    }
}
