//! Blocks: whom somebody does not want to hear from. Nobody else learns it.

mod api;
mod form;
#[cfg(feature = "ssr")]
mod port;
mod section;

pub use api::{AddBlock, RemoveBlock, add_block, list_blocks, remove_block};
pub use form::{BlockErrors, BlockForm, Blocking};
#[cfg(feature = "ssr")]
pub use port::Blocks;
pub use section::BlocksSection;
