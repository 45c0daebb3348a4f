//! Why the bus cannot do what it was asked.
//!
//! No message holds the URL, which may hold a password.

use std::{io, path::PathBuf};

use thiserror::Error;

#[derive(Debug, Error)]
pub enum BusError {
    /// The channel stays wanted and is subscribed when the link returns.
    #[error("the link to the other nodes is away")]
    Away,
    /// As [`BusError::Away`]: the link stands so far, but the answer is late.
    #[error("the subscription was not confirmed in time")]
    Unconfirmed,
    #[error(
        "the Redis URL cannot be used: write redis://USER:PASSWORD@HOST:PORT, or rediss:// for TLS"
    )]
    Url,
    #[error("a CA for Redis is set, but the Redis URL is not rediss://")]
    CaWithoutTls,
    #[error("the file of the CA for Redis cannot be read: {path}")]
    CaFile { path: PathBuf, source: io::Error },
    #[error("the file of the CA for Redis holds no certificate in PEM: {path}")]
    Ca { path: PathBuf },
}
