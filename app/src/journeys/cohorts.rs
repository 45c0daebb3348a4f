//! The rooms of those on the same way.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{JoinCohort, JourneyView, Suggestion, forms::JourneyField};
use crate::{
    ids::JourneyId,
    ui::{DoorForm, FormError, Submit},
    words::i18n::{t, t_string, use_i18n},
};

/// For the owner. Nobody is in a room who has not joined it.
#[component]
pub(super) fn Suggestions(view: JourneyView) -> impl IntoView {
    let i18n = use_i18n();
    let journey = view.id;
    let suggestions = view.own.map(|own| own.suggestions).unwrap_or_default();
    let lines: Vec<_> = suggestions
        .into_iter()
        .map(|suggestion| view! { <Line journey suggestion/> })
        .collect();
    view! {
        <section aria-labelledby="same-way-title">
            <h2 id="same-way-title">{t!(i18n, journeys.same_way)}</h2>
            <p class="note">{t!(i18n, journeys.same_way_lead)}</p>
            <ul class="same-way" role="list">{lines}</ul>
        </section>
    }
}

#[component]
fn Line(journey: JourneyId, suggestion: Suggestion) -> impl IntoView {
    let i18n = use_i18n();
    let members = match suggestion.members {
        0 => t_string!(i18n, journeys.same_way_first).to_owned(),
        1 => t_string!(i18n, rooms.members_one).to_owned(),
        count => t_string!(i18n, rooms.members_many, count).to_string(),
    };
    if let Some(room) = suggestion.room {
        return view! {
            <li>
                <p>
                    <a href=format!("/rooms/{room}")>{suggestion.name}</a>
                    " "
                    <span class="note">{members}</span>
                </p>
            </li>
        }
        .into_any();
    }
    let action = ServerAction::<JoinCohort>::new();
    let navigate = use_navigate();
    Effect::new(move || {
        if let Some(Ok(reply)) = action.value().get() {
            navigate(
                &format!("/rooms/{}", reply.room.id),
                NavigateOptions::default(),
            );
        }
    });
    view! {
        <li>
            <DoorForm action>
                <JourneyField journey/>
                <input type="hidden" name="gathering" value=suggestion.gathering.as_str()/>
                <p>{suggestion.name.clone()} " " <span class="note">{members}</span></p>
                <FormError/>
                <Submit class="small quiet">
                    {t!(i18n, rooms.join)}
                    <span class="visually-hidden">" · " {suggestion.name}</span>
                </Submit>
            </DoorForm>
        </li>
    }
    .into_any()
}
