//! Deletions: how an account ends, and until when that can be taken back.
//!
//! What is deleted, and how, is the server's.

mod api;
#[cfg(feature = "ssr")]
mod port;
mod section;
mod types;

pub use api::{
    DeleteAccount, KeepAccount, ReadDeletion, delete_account, keep_account, read_deletion,
};
#[cfg(feature = "ssr")]
pub use port::{Deletions, Proof};
pub use section::{DeletionNotice, DeletionSection};
pub use types::{Deletion, DeletionView, Fate};
