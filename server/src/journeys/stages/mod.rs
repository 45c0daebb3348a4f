//! What is said of the stages of a journey, when, and what has put it right since.

pub(super) mod store;
