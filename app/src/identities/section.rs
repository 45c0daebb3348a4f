//! The accounts elsewhere with which a person signs in, and how to add one or take one away.

use leptos::prelude::*;

use super::{
    Identity, LinkIdentity, Provider, ProviderNotice, UnlinkIdentity, button::leave,
    current_provider, list_identities,
};
use crate::{
    error::AppError,
    ui::{DoorError, DoorForm, FormError, Problem, Submit, Time, when_done},
    words::i18n::{t, t_string, use_i18n},
};

/// A section of the settings. Nothing, where there is no provider and never was one.
#[component]
pub fn IdentitiesSection() -> impl IntoView {
    let loaded = Resource::new_blocking(|| (), |()| load());
    let on_done = Callback::new(move |()| loaded.refetch());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok((None, identities)) if identities.is_empty() => ().into_any(),
                    Ok((provider, identities)) => {
                        view! { <Ways provider identities on_done /> }.into_any()
                    }
                    Err(error) => view! { <Problem error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

async fn load() -> Result<(Option<Provider>, Vec<Identity>), AppError> {
    // Both begin before either is waited for: the request's context is there only until then.
    let (provider, identities) = (current_provider(), list_identities());
    futures::future::try_join(provider, identities).await
}

#[component]
fn Ways(
    provider: Option<Provider>,
    identities: Vec<Identity>,
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let unlink = ServerAction::<UnlinkIdentity>::new();
    when_done(unlink, on_done);
    let none = identities
        .is_empty()
        .then(|| view! { <p class="note">{t!(i18n, identities.none)}</p> });
    let rows = identities
        .into_iter()
        .map(|identity| view! { <IdentityLine identity unlink /> });
    view! {
        <section aria-labelledby="identities-title">
            <h2 id="identities-title">{t!(i18n, identities.section_title)}</h2>
            <p class="lead">{t!(i18n, identities.section_lead)}</p>
            <ProviderNotice />
            <DoorError action=unlink />
            {none}
            <ul class="people">{rows.collect_view()}</ul>
            {provider.map(|provider| view! { <LinkForm provider /> })}
        </section>
    }
}

#[component]
fn IdentityLine(identity: Identity, unlink: ServerAction<UnlinkIdentity>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <li class="person">
            <div class="person-name">
                <span dir="auto">{identity.provider} " · " {identity.email}</span>
                <p class="room-facts">
                    {t!(i18n, identities.linked)} " " <Time at=identity.linked_at />
                </p>
            </div>
            <DoorForm action=unlink>
                <input type="hidden" name="identity" value=identity.id.to_string() />
                <Submit class="small quiet">{t!(i18n, identities.unlink)}</Submit>
            </DoorForm>
        </li>
    }
}

#[component]
fn LinkForm(provider: Provider) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<LinkIdentity>::new();
    leave(action);
    let text = t_string!(i18n, identities.link, name = provider.name).to_string();
    view! {
        <DoorForm action class="stack">
            <FormError />
            <Submit class="quiet">{text}</Submit>
        </DoorForm>
    }
}
