//! What others may see of somebody, as they choose it.

use leptos::prelude::*;

use super::{Privacy, SetPrivacy};
use crate::{
    ui::{Check, DoorForm, FormError, Submit},
    words::i18n::{t, t_string, use_i18n},
};

#[component]
pub(super) fn PrivacySection(privacy: Privacy) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<SetPrivacy>::new();
    let (value, pending) = (action.value(), action.pending());
    // Whether something was changed since it was sent.
    let changed = RwSignal::new(false);
    let saved = move || {
        let done = matches!(&*value.read(), Some(Ok(())));
        done && !pending.get() && !changed.get()
    };
    view! {
        <h2>{t!(i18n, settings.privacy)}</h2>
        <p class="lead">{t!(i18n, settings.lead)}</p>
        <DoorForm
            action
            class="stack"
            on:input=move |_| changed.set(true)
            on:submit=move |_| changed.set(false)
        >
            <Check
                name="shows_presence"
                label=t_string!(i18n, settings.presence)
                hint=t_string!(i18n, settings.presence_hint)
                checked=privacy.shows_presence
            />
            <Check
                name="shows_reading"
                label=t_string!(i18n, settings.reading)
                hint=t_string!(i18n, settings.reading_hint)
                checked=privacy.shows_reading
            />
            <FormError />
            <Submit>{t!(i18n, about.save)}</Submit>
        </DoorForm>
        <p class="saved" role="status">
            {move || saved().then(|| t_string!(i18n, about.saved))}
        </p>
    }
}
