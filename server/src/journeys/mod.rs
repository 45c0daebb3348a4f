//! Visa journeys: their templates, and what members' own dates say about how long things take.

pub mod floors;
pub mod survival;
pub mod templates;
