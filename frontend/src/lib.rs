//! The WebAssembly entry: takes over the page that the server has rendered.

#![recursion_limit = "512"]

use app::app::App;
use wasm_bindgen::prelude::wasm_bindgen;

/// Nothing refers to these bytes, so they are in no file. What is split has to fit, gaps between its
/// parts included, where the data of this module is; if it does not, all of it stays in the first
/// part. This makes room for the gaps.
#[used]
static ROOM_FOR_GAPS: [u8; 16384] = [1; 16384];

/// Called by the page's script once this module is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_lazy(App);
}
