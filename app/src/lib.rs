//! Layover's pages and the typed models that browser and server share.
//!
//! Compiles to WebAssembly (feature `hydrate`) and natively (feature `ssr`). It knows no database
//! and no runtime: what needs one is declared as a trait in a slice's `port.rs`, and implemented by
//! the `server` crate.
#![recursion_limit = "512"]
#![expect(
    unreachable_pub,
    reason = "components and server functions expand to items that trip it"
)]

pub mod accounts;
pub mod app;
pub mod blocks;
#[cfg(feature = "ssr")]
pub mod context;
pub mod deletions;
pub mod doors;
pub mod error;
pub mod exports;
pub mod identities;
pub mod ids;
pub mod invites;
pub mod journeys;
pub mod live;
pub mod media;
pub mod messages;
pub mod presence;
pub mod profiles;
pub mod reads;
pub mod reports;
pub mod rooms;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod ui;
pub mod waits;
pub mod words;
