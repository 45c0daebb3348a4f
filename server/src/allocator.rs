//! The memory allocator of the program.

use libmimalloc_sys::mi_collect;
use mimalloc::MiMalloc;

/// Ten thousand idle sockets lie among what came and went while they connected. The allocator of
/// the C library keeps those holes: it needs almost twice the memory for each of them.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Gives the system back what is free. For whoever has just freed so much that it would be missed: a large
/// block is otherwise kept for a while, and the next one is made beside it.
#[expect(unsafe_code, reason = "the allocator is written in C")]
pub(crate) fn give_back() {
    // SAFETY: it only looks for pages in which nothing lives, and may be called by any thread at any time.
    unsafe { mi_collect(true) };
}
