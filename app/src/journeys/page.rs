//! A journey: where it stands, and for its owner what can be done with it.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    JourneyView, Outcome, Precision, chart::JourneyChart, cohorts::Suggestions, forms::Actions,
    open_journey, settings::SettingsForms, share::share, source::Source, table::JourneyTable,
    words,
};
use crate::{
    error::{AppError, ErrorCode},
    ids::{EventId, JourneyId},
    ui::{NoIndex, PageTitle, Problem, later, page_status},
    waits::{Awaited, NextStage, read_awaited},
    words::{
        self as all_words,
        i18n::{t, t_string, use_i18n},
    },
};

later!(journey_page, JourneyPage);

/// `/journeys/:journey`.
#[component]
fn JourneyPage() -> impl IntoView {
    let params = use_params_map();
    let asked = Memo::new(move |_| params.read().get("journey").and_then(|id| id.parse().ok()));
    // What was done on the page is asked for anew.
    let loaded = Resource::new_blocking(move || asked.get(), load);
    let renew = Callback::new(move |()| loaded.refetch());
    let status = page_status();
    view! {
        <NoIndex/>
        <Transition>
            {move || {
                let status = status.clone();
                Suspend::new(async move {
                    match loaded.await {
                        Ok((view, awaited)) => view! { <Journey view awaited renew/> }.into_any(),
                        Err(error) => {
                            status(error.code);
                            view! { <Problem error/> }.into_any()
                        }
                    }
                })
            }}
        </Transition>
    }
}

/// With what its owner waits for next.
async fn load(asked: Option<JourneyId>) -> Result<(JourneyView, Option<Awaited>), AppError> {
    let view = open_journey(asked.ok_or(ErrorCode::JourneyUnknown)?).await?;
    let awaited = match view.own {
        Some(_) => read_awaited(view.id).await?,
        None => None,
    };
    Ok((view, awaited))
}

#[component]
fn Journey(view: JourneyView, awaited: Option<Awaited>, renew: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let name = view.template.name.clone();
    let owner = all_words::name(i18n, &view.owner.handle);
    let title = if view.own.is_some() {
        name.clone()
    } else {
        t_string!(i18n, journeys.of_somebody, owner, name = name.clone()).to_string()
    };
    let way_back = view.own.is_some().then(|| {
        view! {
            <p>
                <a href="/journeys">{t!(i18n, journeys.back)}</a>
            </p>
        }
    });
    let waits = waits_path(&view);
    let next = awaited.map(|awaited| view! { <NextStage awaited/> });
    let own = view.own.is_some().then(|| {
        view! {
            <Actions view=view.clone() renew/>
            {share(i18n, view.clone())}
            <Suggestions view=view.clone()/>
            <SettingsForms view=view.clone() renew/>
        }
    });
    view! {
        <PageTitle text=title.clone()/>
        <div class="page journey">
            <h1 dir="auto">{title}</h1>
            <Facts view=view.clone()/>
            <Slips view=view.clone()/>
            <JourneyChart view=view.clone()/>
            <JourneyTable view=view.clone() renew/>
            {next}
            <p>
                <a href=waits>{t!(i18n, waits.link)}</a>
            </p>
            {own}
            <Source template=view.template.clone()/>
            {way_back}
        </div>
    }
}

/// Where it stands how long this takes. Kinds and offices that are no longer offered have no page of their own.
fn waits_path(view: &JourneyView) -> String {
    let template = &view.template;
    let last = view.stays.last().map(|stay| stay.office.key.as_str());
    match last.filter(|key| template.office(key).is_some()) {
        Some(office) => format!("/waits/{}/{office}", template.slug),
        None if template.offices.is_empty() => "/waits".to_owned(),
        None => format!("/waits/{}", template.slug),
    }
}

/// Where the case lies, how it has ended, and what it follows.
#[component]
pub(super) fn Facts(view: JourneyView) -> impl IntoView {
    let i18n = use_i18n();
    let line = view.template;
    let stays = view.stays.into_iter().map(|stay| stay.office.name);
    let stays: Vec<_> = stays.collect();
    let ended = match (view.outcome, view.ended_on) {
        (Outcome::Pending, _) | (_, None) => words::outcome(i18n, view.outcome).to_owned(),
        (outcome, Some(on)) => {
            let precision = if view.own.is_some() {
                Precision::Day
            } else {
                Precision::Month
            };
            format!("{} · {}", words::outcome(i18n, outcome), on.told(precision))
        }
    };
    let parent = view.own.and_then(|own| {
        let follows = own
            .others
            .into_iter()
            .find(|other| Some(other.id) == own.parent)?;
        Some(view! {
            <p class="room-facts">
                {t!(i18n, journeys.follows)} " "
                <a href=format!("/journeys/{}", follows.id)>{follows.template.name}</a>
            </p>
        })
    });
    view! {
        <p class="lead">{words::country(i18n, &line.country)} " · " {line.authority}</p>
        <p class="room-facts">{ended} {(!stays.is_empty()).then(|| format!(" · {}", stays.join(" → ")))}</p>
        {parent}
    }
}

/// What looks like a slip, for the owner to put right or to leave.
#[component]
fn Slips(view: JourneyView) -> impl IntoView {
    let i18n = use_i18n();
    let warnings = view.own.map(|own| own.warnings).unwrap_or_default();
    let name = |id: EventId| {
        let event = view.events.iter().find(|event| event.id == id);
        let stage = event.and_then(|event| view.template.stage(&event.stage));
        stage.map(|stage| stage.name.clone()).unwrap_or_default()
    };
    let lines = warnings
        .iter()
        .map(|warning| view! { <li>{words::warning(i18n, warning, name)}</li> })
        .collect_view();
    (!warnings.is_empty()).then(|| {
        view! {
            <div class="slips" role="status">
                <p>{t!(i18n, journeys.warnings)}</p>
                <ul role="list">{lines}</ul>
            </div>
        }
    })
}
