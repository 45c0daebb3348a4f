//! What is shown to those who are signed in; others are asked to sign in first.

use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    app::Viewer,
    error::AppError,
    ui::{Problem, page_status},
    words::i18n::{t, use_i18n},
};

/// Loads something of the viewer's own and shows it, or says why there is nothing.
#[component]
pub fn ForMembers<L, Loading, T, C, V>(
    /// The path of the page, to which signing in leads back.
    page: &'static str,
    load: L,
    /// Shows what was loaded.
    children: C,
) -> impl IntoView
where
    L: Fn() -> Loading + Copy + Send + Sync + 'static,
    Loading: Future<Output = Result<T, AppError>> + Send + 'static,
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    C: Fn(T) -> V + Copy + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let i18n = use_i18n();
    let viewer = Viewer::expect();
    let load = move |()| async move {
        match viewer.load().await {
            Some(_) => load().await.map(Some),
            None => Ok(None),
        }
    };
    let loaded = Resource::new_blocking(|| (), load);
    let status = page_status();
    view! {
        <Suspense>
            {move || {
                let status = status.clone();
                Suspend::new(async move {
                    match loaded.await {
                        Ok(Some(loaded)) => children(loaded).into_any(),
                        Ok(None) => {
                            view! {
                                <a class="button" href=format!("/sign-in?next={page}")>
                                    {t!(i18n, errors.sign_in_needed)}
                                </a>
                            }
                                .into_any()
                        }
                        Err(error) => {
                            status(error.code);
                            view! { <Problem error/> }.into_any()
                        }
                    }
                })
            }}
        </Suspense>
    }
}
