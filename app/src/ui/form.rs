//! Forms that post to a door: by the browser alone, or by WebAssembly once it is there. Either way
//! an error stands at the field it is about, and what was typed stays.

use leptos::{ev::SubmitEvent, form::FromFormData, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;
use serde::de::DeserializeOwned;

use super::{Refusal, refused};
use crate::{
    error::AppError,
    words::{self, i18n::use_i18n},
};

/// What the fields of a form know of it.
#[derive(Clone)]
struct FormState {
    error: Signal<Option<AppError>>,
    pending: Signal<bool>,
    refusal: Option<Refusal>,
}

/// A form whose `action` is the door of a server function.
#[component]
pub fn DoorForm<F>(
    action: ServerAction<F>,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView
where
    F: ServerFn<Error = AppError> + DeserializeOwned + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
{
    let refusal = refused(F::url());
    let refused_with = refusal.as_ref().map(|refusal| refusal.error.clone());
    let value = action.value();
    let error = Signal::derive(move || match &*value.read() {
        None => refused_with.clone(),
        Some(Ok(_)) => None,
        Some(Err(error)) => Some(error.clone()),
    });
    provide_context(FormState {
        error,
        pending: action.pending().into(),
        refusal,
    });

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        // One click too many is one send.
        if !action.pending().get_untracked()
            && let Ok(input) = F::from_event(&event)
        {
            action.dispatch(input);
        }
    };
    view! {
        <form method="post" action=F::url() class=class on:submit=submit novalidate>
            <PageField />
            {children()}
        </form>
    }
}

/// Says on which page a form stands, for the answer when it is refused: that comes from the door's
/// address, and not every browser says where a form came from.
#[component]
pub fn PageField() -> impl IntoView {
    let location = use_location();
    let (path, search) = (
        location.pathname.get_untracked(),
        location.search.get_untracked(),
    );
    let page = if search.is_empty() {
        path
    } else {
        format!("{path}?{}", search.trim_start_matches('?'))
    };
    view! { <input type="hidden" name="page" value=page /> }
}

fn state() -> FormState {
    use_context().expect("a field stands in a form")
}

/// A labelled line of text, with its hint or its error below.
#[component]
pub fn Field(
    /// The field's name on the wire, and its id in the page.
    name: &'static str,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: Option<Signal<String>>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
) -> impl IntoView {
    let i18n = use_i18n();
    let form = state();
    let error = Memo::new(move |_| {
        let error = form.error.get()?;
        (error.field.as_deref() == Some(name)).then(|| words::error(i18n.get_locale(), error.code))
    });
    let typed = form
        .refusal
        .and_then(|refusal| refusal.typed(name).map(str::to_owned));
    let note = format!("{name}-note");

    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                id=name
                name=name
                type=kind
                value=typed
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                aria-invalid=move || error.read().is_some().to_string()
                aria-describedby=note.clone()
            />
            <p id=note class="note" class:error=move || error.read().is_some() aria-live="polite">
                {move || error.get().or_else(|| hint.map(|hint| hint.get()))}
            </p>
        </div>
    }
}

/// An error that is about no field, above the button.
#[component]
pub fn FormError() -> impl IntoView {
    let i18n = use_i18n();
    let form = state();
    let error = move || {
        form.error
            .get()
            .filter(|error| error.field.is_none())
            .map(|error| words::error(i18n.get_locale(), error.code))
    };
    view! {
        <p class="note error form-error" role="alert">
            {error}
        </p>
    }
}

/// The button that sends the form.
#[component]
pub fn Submit(#[prop(optional, into)] class: String, children: Children) -> impl IntoView {
    let pending = state().pending;
    view! {
        <button type="submit" class=format!("button {class}") aria-busy=move || pending.get().to_string()>
            {children()}
        </button>
    }
}
