//! The picture, as its owner chooses it. A form sends it whole and the server keeps its middle; where there
//! is WebAssembly, its owner chooses which part.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local, web_sys::HtmlInputElement};

use super::{
    RemovePicture, ShowPicture, Sight,
    cutting::{Cutting, cutting_layer},
    edit::Part,
    picture_path,
};
use crate::{
    ids::UserId,
    ui::{DoorError, DoorForm, PageField, Submit, refused, when_done},
    words::{
        self,
        i18n::{t, t_string, use_i18n},
    },
};

/// What browsers show and the server makes anew.
const KINDS: &str = "image/jpeg,image/png,image/webp,image/gif";

#[component]
pub(super) fn PictureSection(
    user: UserId,
    /// Whether there is one.
    picture: bool,
    seen: Sight,
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let path = picture_path(user);
    let refusal = refused(&path).map(|refusal| words::refusal(i18n, &refusal.error));
    let there = RwSignal::new(picture);
    let problem = RwSignal::new(refusal);
    let put_on = Callback::new(move |()| {
        there.set(true);
        on_done.run(());
    });
    let cutting = Cutting::new(user, problem, put_on);
    let input = cutting.input;
    let chosen = move |_| {
        if let Some(input) = input.get_untracked() {
            choose(cutting, &input);
        }
    };
    // Where the dialog is there, it is what sends.
    let on_submit = move |event: SubmitEvent| {
        if let Some(input) = input.get_untracked().filter(|_| cutting.there.get_value()) {
            event.prevent_default();
            choose(cutting, &input);
        }
    };
    let show = ServerAction::<ShowPicture>::new();
    let remove = ServerAction::<RemovePicture>::new();
    let taken_off = Callback::new(move |()| {
        there.set(false);
        on_done.run(());
    });
    when_done(remove, taken_off);
    view! {
        <form
            method="post"
            action=path
            enctype="multipart/form-data"
            class="stack"
            id="picture-form"
            on:submit=on_submit
        >
            <PageField/>
            <div class="field">
                <label for="picture">{t!(i18n, profiles.picture_choose)}</label>
                <input
                    node_ref=input
                    id="picture"
                    type="file"
                    name="file"
                    accept=KINDS
                    required
                    aria-invalid=move || problem.read().is_some().to_string()
                    aria-describedby="picture-note"
                    on:change=chosen
                />
                <p
                    id="picture-note"
                    class="note"
                    class:error=move || problem.read().is_some()
                    aria-live="polite"
                >
                    {move || {
                        let hint = || t_string!(i18n, profiles.picture_hint).to_owned();
                        problem.get().unwrap_or_else(hint)
                    }}
                </p>
            </div>
            <button type="submit" class="button quiet">
                {t!(i18n, profiles.picture_send)}
            </button>
        </form>
        <Part
            action=show
            id="picture-seen"
            seen
            on_done
            what=t_string!(i18n, profiles.picture)
        >
            ""
        </Part>
        <DoorError action=remove/>
        <Show when=move || there.get()>
            <DoorForm action=remove>
                <Submit class="quiet">{t!(i18n, profiles.picture_remove)}</Submit>
            </DoorForm>
        </Show>
    }
}

/// A file was chosen: its owner cuts a square out of it. The code for that may not come; then the form
/// sends the whole.
fn choose(cutting: Cutting, input: &HtmlInputElement) {
    let file = input.files().and_then(|files| files.get(0));
    cutting.problem.set(None);
    let Some(file) = file else { return };
    cutting.file.set(Some(StoredValue::new_local(file)));
    if !cutting.there.get_value() {
        cutting.there.set_value(true);
        spawn_local(async move {
            if cutting_layer(cutting).await.is_err() {
                cutting.there.try_set_value(false);
            }
        });
    }
}
