//! Presence: who has a room open, and who is writing in it. Never stored; it comes over the live
//! connection, and may be lost.

mod company;
mod here;
mod typing;

pub use company::Company;
pub use here::Here;
pub use typing::TypingLine;
