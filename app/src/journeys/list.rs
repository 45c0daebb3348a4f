//! The viewer's own journeys.

use leptos::prelude::*;

use super::{JourneyLine, list_journeys, words};
use crate::{
    accounts::ForMembers,
    ui::{NoIndex, PageTitle, later},
    words::i18n::{t, t_string, use_i18n},
};

later!(journeys_page, JourneysPage);

/// `/journeys`.
#[component]
fn JourneysPage() -> impl IntoView {
    let i18n = use_i18n();
    let title = t_string!(i18n, journeys.title);
    view! {
        <PageTitle text=title/>
        <NoIndex/>
        <div class="page">
            <div class="page-head">
                <div>
                    <h1>{title}</h1>
                    <p class="lead">{t!(i18n, journeys.lead)}</p>
                </div>
                <a class="button" href="/journeys/new">
                    {t!(i18n, journeys.new)}
                </a>
            </div>
            <ForMembers page="/journeys" load=list_journeys let(journeys)>
                <JourneyList journeys/>
            </ForMembers>
            <p>
                <a href="/waits">{t!(i18n, waits.link)}</a>
            </p>
        </div>
    }
}

#[component]
fn JourneyList(journeys: Vec<JourneyLine>) -> impl IntoView {
    let i18n = use_i18n();
    if journeys.is_empty() {
        return view! {
            <div class="empty">
                <p class="empty-title">{t!(i18n, journeys.none_title)}</p>
                <p>{t!(i18n, journeys.none)}</p>
            </div>
        }
        .into_any();
    }
    let lines = journeys
        .into_iter()
        .map(|journey| view! { <Line journey/> });
    view! {
        <ul class="room-list" role="list">
            {lines.collect_view()}
        </ul>
    }
    .into_any()
}

#[component]
fn Line(journey: JourneyLine) -> impl IntoView {
    let i18n = use_i18n();
    let JourneyLine {
        id,
        template,
        office,
        reached,
        outcome,
        visibility,
        ..
    } = journey;
    let reached = reached.map(|reached| {
        let day = words::day(i18n, reached.on, reached.precision);
        format!("{} · {day}", reached.stage)
    });
    let facts = [
        Some(words::outcome(i18n, outcome).to_owned()),
        office,
        Some(words::visibility(i18n, visibility).to_owned()),
    ];
    let facts: Vec<_> = facts.into_iter().flatten().collect();
    view! {
        <li>
            <a class="room-line" href=format!("/journeys/{id}")>
                <span class="room-name">{template.name}</span>
                <span class="room-facts">{reached}</span>
                <span class="room-facts">{facts.join(" · ")}</span>
            </a>
        </li>
    }
}
