//! The bus of a node that is alone, or that finds the others by polling only.
//!
//! It reaches nobody: what a node publishes, it has delivered itself. Invariant: it is never up, since
//! no other node is heard over it and heads must be polled often.

use async_trait::async_trait;
use bytes::Bytes;

use super::{Bus, BusError, Channel};

#[derive(Clone, Copy, Default, Debug)]
pub struct MemoryBus;

#[async_trait]
impl Bus for MemoryBus {
    async fn subscribe(&self, _channel: Channel) -> Result<(), BusError> {
        Ok(())
    }

    fn unsubscribe(&self, _channel: Channel) {}

    fn publish(&self, _channel: Channel, _payload: Bytes) {}

    fn is_up(&self) -> bool {
        false
    }
}
