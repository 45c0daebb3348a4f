//! Code that comes when it is needed, as a chunk of WebAssembly of its own. On a bad network it does
//! not always come, which must not be the end of the page that asked for it.

use leptos::prelude::*;
use leptos_router::ChooseView;

pub use leptos::wasm_split::SplitLoaderError as NotLoaded;

use super::Problem;
use crate::error::ErrorCode;

/// The view of a route whose code comes when somebody goes there.
#[derive(Clone, Copy)]
pub struct Later<F>(pub F);

impl<F, Loading> ChooseView for Later<F>
where
    F: Fn() -> Loading + Clone + Send + 'static,
    Loading: Future<Output = Result<AnyView, NotLoaded>>,
{
    async fn choose(self) -> AnyView {
        let page = (self.0)().await;
        page.unwrap_or_else(|_| view! { <Problem code=ErrorCode::Offline/> }.into_any())
    }

    async fn preload(&self) {}
}

/// Declares the function that loads a page, and is the name of its chunk, for the page's component.
macro_rules! later {
    ($name:ident, $component:ident) => {
        #[::leptos::wasm_split::wasm_split(
                            $name,
                            wasm_split_path = ::leptos::wasm_split,
                            fallible
                        )]
        pub fn $name() -> Result<::leptos::prelude::AnyView, $crate::ui::NotLoaded> {
            // The page then tells the browser to fetch the chunk at once.
            #[cfg(feature = "ssr")]
            ::leptos::prefetch_lazy_fn_on_server(stringify!($name));
            Ok(::leptos::prelude::IntoAny::into_any($component()))
        }
    };
}

pub(crate) use later;
