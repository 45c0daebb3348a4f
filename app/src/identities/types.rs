//! What an identity is.

use serde::{Deserialize, Serialize};

use crate::ids::IdentityId;

/// The provider that people can sign in through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// What buttons call it.
    pub name: String,
}

/// A sign-in at a provider, as the person whom it lets in sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub id: IdentityId,
    /// What the provider is called.
    pub provider: String,
    /// The address that the provider knew when the identity was added, by which its owner tells it
    /// from others.
    pub email: String,
    /// Milliseconds since 1970.
    pub linked_at: i64,
}

/// The answer of a door that leads to the provider: `{url}`, the address to go on to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartureReply {
    pub url: String,
}
