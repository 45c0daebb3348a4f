//! Whom the viewer has blocked, among their settings: the way back, and the way for those who know a handle.

use leptos::{prelude::*, task::spawn_local};

use super::{AddBlock, BlockForm, Blocking, list_blocks};
use crate::{
    accounts::User,
    ui::{DoorError, DoorForm, Field, FormError, Submit, when_done},
    words::i18n::{t, t_string, use_i18n},
};

/// `/settings/blocks`.
#[component]
pub fn BlocksSection(people: Vec<User>) -> impl IntoView {
    let i18n = use_i18n();
    let people = RwSignal::new(people);
    let renew = Callback::new(move |()| {
        spawn_local(async move {
            if let Ok(known) = list_blocks().await {
                people.try_set(known);
            }
        });
    });
    let blocking = Blocking::new(renew);
    let by_handle = ServerAction::<AddBlock>::new();
    when_done(by_handle, renew);
    view! {
        <h2>{t!(i18n, blocks.title)}</h2>
        <p class="lead">{t!(i18n, blocks.lead)}</p>
        <Show when=move || people.read().is_empty()>
            <p>{t!(i18n, blocks.none)}</p>
        </Show>
        <ul class="people" role="list">
            <For each=move || people.get() key=|user| user.id let(user)>
                <li class="person">
                    <p class="person-name author">{user.handle.to_string()}</p>
                    <BlockForm blocking user blocked=true/>
                </li>
            </For>
        </ul>
        <DoorError action=blocking.remove/>
        <DoorForm action=by_handle class="stack">
            <Field name="handle" label=t_string!(i18n, accounts.handle)/>
            <FormError/>
            <Submit class="quiet">{t!(i18n, blocks.block)}</Submit>
        </DoorForm>
    }
}
