//! The statistics against numbers from elsewhere, and against what must hold for all numbers.

mod edges;
mod properties;
mod simulation;
mod vectors;
