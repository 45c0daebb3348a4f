//! Forms that post to a door: by the browser alone, or by WebAssembly once it is there. Either way
//! an error stands at the field it is about, and what was typed stays.

use leptos::{
    context::Provider, ev::SubmitEvent, form::FromFormData, prelude::*, server_fn::ServerFn,
};
use leptos_router::hooks::use_location;
use serde::de::DeserializeOwned;

use super::{Refusal, guard::holds_back, refused};
use crate::{
    error::{AppError, ErrorCode},
    words::{
        self,
        i18n::{t_string, use_i18n},
    },
};

/// What the fields of a form know of it.
#[derive(Clone)]
pub(super) struct FormState {
    error: Signal<Option<AppError>>,
    pending: Signal<bool>,
    refusal: Option<Refusal>,
}

impl FormState {
    pub(super) fn expect() -> Self {
        use_context().expect("a field stands in a form")
    }

    /// What is wrong with a field, in the reader's words.
    pub(super) fn error_of(&self, name: &'static str) -> Memo<Option<String>> {
        let i18n = use_i18n();
        let error = self.error;
        Memo::new(move |_| {
            let error = error.get()?;
            (error.field.as_deref() == Some(name)).then(|| words::refusal(i18n, &error))
        })
    }

    /// Whether the form was refused for this field: a page without scripts begins there.
    pub(super) fn came_back_for(&self, name: &str) -> bool {
        let refusal = self.refusal.as_ref();
        refusal.is_some_and(|refusal| refusal.error.field.as_deref() == Some(name))
    }

    /// What stands in a box: as it was sent, in a form that was refused.
    pub(super) fn checked(&self, name: &str, value: bool) -> bool {
        let refusal = self.refusal.as_ref();
        refusal.map_or(value, |refusal| refusal.typed(name).is_some())
    }

    /// Everything that was chosen of a list, in a form that was refused.
    pub(super) fn chosen(&self, name: &str) -> Option<Vec<String>> {
        let typed = self.refusal.as_ref()?.typed.iter();
        let chosen = typed.filter(|(field, _)| field == name);
        Some(chosen.map(|(_, value)| value.clone()).collect())
    }

    /// What was typed into a field of a form that was refused.
    pub(super) fn typed(&self, name: &str) -> Option<String> {
        self.refusal.as_ref()?.typed(name).map(str::to_owned)
    }
}

/// A form whose `action` is the door of a server function.
#[component]
pub fn DoorForm<F>(
    action: ServerAction<F>,
    #[prop(optional, into)] class: String,
    /// The text in which case numbers are caught before the browser sends it.
    #[prop(optional)]
    guarded: &'static str,
    children: Children,
) -> impl IntoView
where
    F: ServerFn<Error = AppError> + DeserializeOwned + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
{
    let refusal = refused(F::url());
    let refused_with = refusal.as_ref().map(|refusal| refusal.error.clone());
    let value = action.value();
    let held = RwSignal::new(false);
    let error = Signal::derive(move || match &*value.read() {
        _ if held.get() => Some(AppError::from(ErrorCode::CaseNumber).at(guarded)),
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
            && !holds_back(&event, guarded, held)
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

/// Calls `on_done` each time that the action has succeeded.
pub fn when_done<F>(action: ServerAction<F>, on_done: Callback<()>)
where
    F: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
{
    Effect::new(move || {
        if let Some(Ok(_)) = &*action.value().read() {
            on_done.run(());
        }
    });
}

/// What went wrong at a door, whichever of its forms was sent.
#[component]
pub fn DoorError<F>(action: ServerAction<F>) -> impl IntoView
where
    F: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
{
    let i18n = use_i18n();
    let refused_with = refused(F::url()).map(|refusal| refusal.error);
    let error = move || match &*action.value().read() {
        None => refused_with.clone(),
        Some(result) => result.as_ref().err().cloned(),
    };
    view! {
        <p class="note error form-error" role="alert">
            {move || error().map(|error| words::refusal(i18n, &error))}
        </p>
    }
}

/// An error that is about no field, above the button.
#[component]
pub fn FormError() -> impl IntoView {
    let i18n = use_i18n();
    let form = FormState::expect();
    let error = move || {
        form.error
            .get()
            .filter(|error| error.field.is_none())
            .map(|error| words::refusal(i18n, &error))
    };
    view! {
        <p class="note error form-error" role="alert">
            {error}
        </p>
    }
}

/// Says that what the form holds is kept, unless something is wrong with it.
#[component]
pub fn Saved(saved: Signal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let form = FormState::expect();
    let is_well = move || saved.get() && form.error.with(Option::is_none);
    view! {
        <p class="saved" role="status">
            {move || is_well().then(|| t_string!(i18n, about.saved))}
        </p>
    }
}

/// What a form offers only while it is refused for this reason.
#[component]
pub fn WhenRefused(code: ErrorCode, children: ChildrenFn) -> impl IntoView {
    let form = FormState::expect();
    let error = form.error;
    let refused = Memo::new(move |_| error.with(|error| error.as_ref().map(|error| error.code)));
    // What is offered only now did not stand in the form that was sent: nothing of it was typed.
    let offered = FormState {
        refusal: None,
        ..form
    };
    view! {
        <Show when=move || refused.get() == Some(code)>
            {
                let children = children.clone();
                view! { <Provider value=offered.clone()>{children()}</Provider> }
            }
        </Show>
    }
}

/// The button that sends the form.
#[component]
pub fn Submit(#[prop(optional, into)] class: String, children: Children) -> impl IntoView {
    let pending = FormState::expect().pending;
    view! {
        <button type="submit" class=format!("button {class}") aria-busy=move || pending.get().to_string()>
            {children()}
        </button>
    }
}
