//! The way to a conversation with somebody.

use leptos::prelude::*;

use super::{OpenDirect, go_to_room};
use crate::{
    ui::{DoorForm, Field, FormError, Submit},
    words::i18n::{t, t_string, use_i18n},
};

/// Asks for a handle, and leads to the conversation.
#[component]
pub(super) fn WriteTo() -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<OpenDirect>::new();
    go_to_room(action);
    view! {
        <section class="write-to" aria-labelledby="write-to-title">
            <h2 id="write-to-title">{t!(i18n, rooms.write_to)}</h2>
            <DoorForm action>
                <Field
                    name="handle"
                    label=t_string!(i18n, accounts.handle)
                />
                <FormError />
                <Submit class="quiet">{t!(i18n, rooms.write)}</Submit>
            </DoorForm>
        </section>
    }
}
