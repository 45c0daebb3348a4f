//! Somebody's journeys on their page: those that its reader may see, as lines of time and as tables.

use leptos::prelude::*;

use super::{JourneyView, chart::JourneyChart, page::Facts, table::JourneyTable};
use crate::words::i18n::{t, use_i18n};

#[component]
pub(crate) fn Timelines(journeys: Vec<JourneyView>) -> impl IntoView {
    let i18n = use_i18n();
    // There is nothing to be done with them here.
    let renew = Callback::new(|()| {});
    let timelines = journeys.iter().map(|view| {
        let name = view.template.name.clone();
        view! {
            <article class="timeline">
                <h3>
                    <a href=format!("/journeys/{}", view.id)>{name}</a>
                </h3>
                <Facts view=view.clone()/>
                <JourneyChart view=view.clone()/>
                <JourneyTable view=view.clone() renew/>
            </article>
        }
    });
    let timelines = timelines.collect_view();
    (!journeys.is_empty()).then(|| {
        view! {
            <section class="timelines" aria-labelledby="timelines-title">
                <h2 id="timelines-title">{t!(i18n, journeys.timelines)}</h2>
                {timelines}
            </section>
        }
    })
}
