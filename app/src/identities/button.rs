//! The button that leads to the provider and, signed in, back.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{DepartureReply, StartSignIn, current_provider};
use crate::{
    error::AppError,
    ui::{DoorForm, FormError, Submit},
    words::i18n::{t, t_string, use_i18n},
};

/// The way in through the provider. Nothing, where there is none.
#[component]
pub fn ProviderSignIn(
    /// Where the person was heading.
    next: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<StartSignIn>::new();
    leave(action);
    let provider = Resource::new_blocking(|| (), |()| current_provider());
    view! {
        <Suspense>
            {move || {
                let next = next.clone();
                Suspend::new(async move {
                    let provider = provider.await.ok().flatten()?;
                    let text = t_string!(i18n, identities.continue_with, name = provider.name)
                        .to_string();
                    Some(view! {
                        <p class="or">{t!(i18n, identities.or)}</p>
                        <DoorForm action class="stack">
                            <input type="hidden" name="next" value=next />
                            <FormError />
                            <Submit class="quiet">{text}</Submit>
                        </DoorForm>
                    })
                })
            }}
        </Suspense>
    }
}

/// Goes on to the provider once the server knows that somebody comes back from there.
pub(super) fn leave<F>(action: ServerAction<F>)
where
    F: ServerFn<Output = DepartureReply, Error = AppError> + Clone + Send + Sync + 'static,
{
    Effect::new(move || {
        if let Some(Ok(departure)) = &*action.value().read() {
            let _ = window().location().set_href(&departure.url);
        }
    });
}
