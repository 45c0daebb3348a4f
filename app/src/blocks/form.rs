//! The form that blocks a person, or undoes it, wherever people are shown.

use leptos::prelude::*;

use super::{AddBlock, RemoveBlock};
use crate::{
    accounts::User,
    ui::{DoorError, DoorForm, Submit, when_done},
    words::{
        self,
        i18n::{t, use_i18n},
    },
};

/// What all such forms of a page share. Copied freely.
#[derive(Clone, Copy)]
pub struct Blocking {
    add: ServerAction<AddBlock>,
    pub(super) remove: ServerAction<RemoveBlock>,
}

impl Blocking {
    /// `on_done` is called when somebody was blocked, or is no longer.
    pub fn new(on_done: Callback<()>) -> Self {
        let blocking = Self {
            add: ServerAction::new(),
            remove: ServerAction::new(),
        };
        when_done(blocking.add, on_done);
        when_done(blocking.remove, on_done);
        blocking
    }
}

#[component]
pub fn BlockForm(
    blocking: Blocking,
    user: User,
    /// Whether the viewer has blocked them.
    blocked: bool,
    /// Where this leads without WebAssembly; back to the page if it is not said.
    #[prop(optional, into)]
    next: Option<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let handle = words::name(i18n, &user.handle);
    let fields = view! {
        <input type="hidden" name="user" value=user.id.to_string()/>
        {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
    };
    if blocked {
        view! {
            <DoorForm action=blocking.remove>
                {fields} <Submit class="small quiet">
                    {t!(i18n, blocks.unblock)} <span class="visually-hidden">" " {handle}</span>
                </Submit>
            </DoorForm>
        }
        .into_any()
    } else {
        view! {
            <DoorForm action=blocking.add>
                {fields} <Submit class="small quiet">
                    {t!(i18n, blocks.block)} <span class="visually-hidden">" " {handle}</span>
                </Submit>
            </DoorForm>
        }
        .into_any()
    }
}

/// What went wrong, whichever of the forms was sent.
#[component]
pub fn BlockErrors(blocking: Blocking) -> impl IntoView {
    view! {
        <DoorError action=blocking.add/>
        <DoorError action=blocking.remove/>
    }
}
