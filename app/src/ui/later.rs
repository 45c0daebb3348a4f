//! Code that comes when it is needed, as a chunk of WebAssembly of its own. On a bad network it does
//! not always come, which must not be the end of the page that asked for it.

use leptos::prelude::*;
use leptos_router::ChooseView;

pub use leptos::wasm_split::SplitLoaderError as NotLoaded;

use super::{IntoAtOnce, Problem};
use crate::error::ErrorCode;

/// Whether any page has come to life. Until then what is on screen is what the server has rendered.
#[derive(Clone, Copy)]
pub struct Alive(StoredValue<bool>);

impl Alive {
    pub fn provide() {
        provide_context(Self(StoredValue::new(false)));
    }

    pub fn expect() -> Self {
        use_context().expect("the app provides it above every page")
    }

    pub fn begin(self) {
        self.0.set_value(true);
    }
}

/// The view of a route whose code comes when somebody goes there.
#[derive(Clone, Copy)]
pub struct Later<F>(pub F);

impl<F, Loading> ChooseView for Later<F>
where
    F: Fn() -> Loading + Clone + Send + 'static,
    Loading: Future<Output = Result<AnyView, NotLoaded>>,
{
    async fn choose(self) -> AnyView {
        let alive = Alive::expect();
        loop {
            match (self.0)().await {
                Ok(page) => {
                    alive.begin();
                    return page;
                }
                Err(_) if alive.0.get_value() => {
                    return view! { <Problem error=ErrorCode::Offline/> }.at_once();
                }
                // What the server has rendered is there, and works without the code.
                Err(_) => pause().await,
            }
        }
    }

    async fn preload(&self) {}
}

/// Some seconds, after which the network may be better.
#[cfg(feature = "hydrate")]
pub(crate) async fn pause() {
    let promise = js_sys::Promise::new(&mut |done, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, 3000);
    });
    let _ = js_sys::futures::JsFuture::from(promise).await;
}

/// The server has all code.
#[cfg(not(feature = "hydrate"))]
fn pause() -> std::future::Ready<()> {
    std::future::ready(())
}

/// Declares the function that loads a chunk and is its name: that of a page, for the page's component,
/// or that of a layer, for the function that puts it there.
macro_rules! later {
    ($vis:vis $name:ident, $start:ident($($arg:ident: $type:ty),+)) => {
        #[::leptos::wasm_split::wasm_split(
            $name,
            wasm_split_path = ::leptos::wasm_split,
            fallible
        )]
        $vis fn $name($($arg: $type),+) -> Result<(), $crate::ui::NotLoaded> {
            $start($($arg),+);
            Ok(())
        }
    };
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
            Ok($crate::ui::IntoAtOnce::at_once($component()))
        }
    };
}

pub(crate) use later;
