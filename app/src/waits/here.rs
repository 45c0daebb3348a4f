//! Where a journey of the viewer's own stands, and when its next stage is likely. Shown to nobody else.

use leptos::prelude::*;

use super::{Awaited, By, Position, WaitView, chart::CurveChart, tables::CurveTable, words};
use crate::words::i18n::{Locale, t, t_string, use_i18n};

/// On one's own journey: what it waits for next.
#[component]
pub(crate) fn NextStage(awaited: Awaited) -> impl IntoView {
    let i18n = use_i18n();
    let Awaited { wait, position } = awaited;
    let chart = wait.figures.as_ref().map(|figures| {
        view! {
            <CurveChart figures=figures.clone() here=vec![position.waited / 7]/>
            <CurveTable figures=figures.clone()/>
        }
    });
    view! {
        <section class="standing" aria-labelledby="here">
            <h2 id="here">{t!(i18n, waits.here_title)}</h2>
            <Here view=wait position/>
            {chart}
            <p class="note">{t!(i18n, waits.through)} " " {t!(i18n, waits.disclaimer)}</p>
        </section>
    }
    .into_any()
}

/// Where it stands, in words.
#[component]
pub(super) fn Here(view: WaitView, position: Position) -> impl IntoView {
    let i18n = use_i18n();
    let (from, to) = (
        words::stage(&view, &view.from),
        words::stage(&view, &view.to),
    );
    let waited = words::weeks(i18n, position.waited / 7);
    let since = position.since.to_string();
    let waits = t_string!(i18n, waits.here_since, from, to, waited, since).to_string();
    view! {
        <p>{waits} " " {standing(i18n, position)}</p>
        {foretold(i18n, &view, position)}
    }
    .into_any()
}

/// How many were through after as long a wait.
fn standing(i18n: Locale, position: Position) -> Option<String> {
    match (position.through, position.beyond) {
        (Some(share), _) => {
            let rest = 100_u8.saturating_sub(share);
            Some(t_string!(i18n, waits.here_through, share, rest).to_string())
        }
        (None, Some(end)) => {
            let share = end.waiting.unwrap_or_default();
            let weeks = words::weeks(i18n, end.weeks);
            Some(t_string!(i18n, waits.here_beyond, share, weeks).to_string())
        }
        (None, None) => None,
    }
}

/// The likely days, and what they rest on.
fn foretold(i18n: Locale, view: &WaitView, position: Position) -> AnyView {
    let awaited = view.template.stage(&view.to);
    if awaited.is_some_and(|stage| stage.optional) {
        return view! { <p>{t!(i18n, waits.may_come)}</p> }.into_any();
    }
    let Some(forecast) = position.forecast else {
        return view! { <p>{t!(i18n, waits.here_unknown)}</p> }.into_any();
    };
    let between = |from: By, to: By| {
        let (from, to) = (words::by(i18n, from), words::by(i18n, to));
        t_string!(i18n, waits.from_to, from, to).to_string()
    };
    let window = if let Some(window) = forecast.window {
        let half = between(window.q25, window.q75);
        let most = between(window.q10, window.q90);
        view! {
            <p>
                {t!(i18n, waits.here_half)} " " <strong>{half}</strong> ". "
                {t!(i18n, waits.here_most)} " " {most} "."
            </p>
        }
        .into_any()
    } else if let Some(share) = forecast.median.waiting {
        let day = forecast.median.on.to_string();
        let beyond = t_string!(i18n, waits.here_median_beyond, share, day).to_string();
        view! { <p>{beyond}</p> }.into_any()
    } else {
        let median = words::by(i18n, forecast.median);
        view! { <p>{t!(i18n, waits.here_median)} " " <strong>{median}</strong> "."</p> }.into_any()
    };
    let (people, waited) = (forecast.people, words::weeks(i18n, forecast.waited));
    let made = view.made_on.map(|day| day.to_string()).unwrap_or_default();
    let rests = words::level(i18n, view);
    let basis = t_string!(i18n, waits.here_basis, people, waited, made, rests).to_string();
    view! {
        {window}
        <p class="note">{basis}</p>
    }
    .into_any()
}
