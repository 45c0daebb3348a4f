//! The form by which those who keep order say what a room is.

use leptos::prelude::*;

use super::{Description, Room, Topic, UpdateRoom};
use crate::{
    ui::{DoorForm, Field, FormError, Submit, TextField, when_done},
    words::i18n::{t, t_string, use_i18n},
};

#[component]
pub(super) fn EditRoom(
    room: Room,
    topic: Topic,
    description: Description,
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<UpdateRoom>::new();
    when_done(action, on_done);
    view! {
        <section>
            <h2>{t!(i18n, about.edit_title)}</h2>
            <DoorForm action class="stack" guarded="description">
                <input type="hidden" name="room" value=room.id.to_string() />
                <Field
                    name="name"
                    label=t_string!(i18n, rooms.name)
                    value=room.name.as_str().to_owned()
                />
                <Field
                    name="topic"
                    label=t_string!(i18n, about.topic)
                    hint=t_string!(i18n, about.topic_hint)
                    value=topic.as_str().to_owned()
                />
                <TextField
                    name="description"
                    label=t_string!(i18n, about.description)
                    hint=t_string!(i18n, about.description_hint)
                    value=description.as_str()
                />
                <FormError />
                <Submit>{t!(i18n, about.save)}</Submit>
            </DoorForm>
        </section>
    }
}
