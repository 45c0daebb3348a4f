//! Identifiers: one type a noun, so that a room's id cannot stand where a user's is wanted.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($made:ident: $says:literal; $($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            #[doc = $says]
            pub fn new() -> Self {
                Self(Uuid::$made())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::from_str(text).map(Self)
            }
        }
    )*};
}

ids! {
    now_v7: "A new id (`UUIDv7`): unique, and ordered by the time it was made.";
    /// A person's account.
    UserId,
    /// A room: public, a group or a direct conversation.
    RoomId,
    /// A message, named by the server.
    MessageId,
    /// A picture, a video or a file, named by the server when its upload begins.
    MediaId,
    /// A send, named by the client: the same id is the same send, however often it is tried.
    ClientId,
    /// A sign-in at a provider that belongs to an account.
    IdentityId,
    /// A session, named to its owner; it opens nothing.
    SessionId,
    /// What was said of a stage of a journey.
    EventId,
    /// An installation's history: another epoch means that sequence numbers start anew.
    Epoch,
}

ids! {
    new_v4: "A new id, random: it stands in addresses that others see, and does not tell when it was made.";
    /// A visa journey.
    JourneyId,
}
