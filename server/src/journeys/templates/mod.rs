//! Which ways there are to a visa, and through which stages each leads.
//!
//! Templates and offices are TOML files in `server/journeys/`, which `build.rs` puts into the program;
//! CONTRIBUTING.md says how to add one. This module reads and checks them, and knows no database:
//! a journey keeps the version of its template, and old versions live where journeys do.

mod catalogue;
mod error;
mod file;
mod office;
mod rules;
mod template;
#[cfg(test)]
mod tests;

pub use catalogue::Catalogue;
pub use error::{InvalidTemplate, Rule};
pub use office::Office;
pub use template::{Stage, Template, Transition, Verification};
