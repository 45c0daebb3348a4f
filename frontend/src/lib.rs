//! The WebAssembly entry: takes over the page that the server has rendered.

#![recursion_limit = "512"]

use app::app::App;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's script once this module is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_lazy(App);
}
