//! The line of a journey as a picture. Whatever it says also stands in the table below it.

use leptos::prelude::*;

use super::{
    Clock, Date, JourneyView, Outcome, Precision, Status,
    line::{Line, Stop, Stretch, StretchKind, WIDTH},
    words,
};
use crate::words::i18n::{Locale, t_string, use_i18n};

/// How much room a level of numbers takes, and all of them leave below them.
const LEVEL: f64 = 15.0;
const BELOW: f64 = 30.0;

#[component]
pub(super) fn JourneyChart(view: JourneyView) -> impl IntoView {
    let i18n = use_i18n();
    let until = view
        .own
        .as_ref()
        .filter(|_| view.outcome == Outcome::Pending)
        .map(|own| own.confirmed_on);
    // There may be several on a page.
    let id = format!("chart-{}", view.id);
    let line = Line::of(&view.template, &view.events, until)?;
    // As exactly as they are known, or told.
    let told = |day: Date| {
        let event = view.events.iter().find(|event| event.on == day);
        words::day(
            i18n,
            day,
            event.map_or(Precision::Day, |event| event.precision),
        )
    };
    let (first, last) = (told(line.first), told(line.last));
    Some(drawn(i18n, &line, first, last, id))
}

fn drawn(
    i18n: Locale,
    line: &Line,
    first: String,
    last: String,
    id: String,
) -> impl IntoView + use<> {
    #[expect(clippy::cast_precision_loss, reason = "a handful of levels")]
    let middle = 8.0 + LEVEL * line.levels() as f64;
    let height = middle + BELOW;
    let title = t_string!(
        i18n,
        journeys.chart,
        first = first.clone(),
        last = last.clone()
    )
    .to_string();
    let named = id.clone();
    let stretches = line.stretches.iter();
    let stretches = stretches.map(|stretch| drawn_stretch(stretch, middle));
    let stops = line.stops.iter().enumerate();
    let stops = stops.map(|(index, stop)| drawn_stop(index, stop, middle));
    let foot = format!("{:.0}", height - 4.0);
    view! {
        <svg
            class="journey-chart"
            viewBox=format!("0 0 {WIDTH} {height}")
            role="img"
            aria-labelledby=named
        >
            <title id=id>{title}</title>
            {stretches.collect_view()}
            {stops.collect_view()}
            <text class="day" x="2" y=foot.clone()>
                {first}
            </text>
            <text class="day end" x=format!("{:.0}", WIDTH - 2.0) y=foot>
                {last}
            </text>
        </svg>
    }
}

fn drawn_stretch(stretch: &Stretch, middle: f64) -> impl IntoView + use<> {
    let class = match stretch.kind {
        StretchKind::Waiting(Clock::Government) => "stretch government",
        StretchKind::Waiting(Clock::Applicant) => "stretch applicant",
        StretchKind::Between => "stretch",
        StretchKind::Open => "stretch open",
    };
    let middle = format!("{middle:.1}");
    view! {
        <line
            class=class
            x1=format!("{:.1}", stretch.from)
            x2=format!("{:.1}", stretch.to)
            y1=middle.clone()
            y2=middle
        ></line>
    }
}

fn drawn_stop(index: usize, stop: &Stop, middle: f64) -> impl IntoView + use<> {
    let class = match stop.status {
        Status::Happened => "stop",
        Status::Scheduled | Status::Expected => "stop planned",
        Status::Cancelled => "stop cancelled",
    };
    #[expect(clippy::cast_precision_loss, reason = "a handful of levels")]
    let above = middle - 10.0 - LEVEL * stop.level as f64;
    let x = format!("{:.1}", stop.x);
    view! {
        <circle class=class cx=x.clone() cy=format!("{middle:.1}") r="5"></circle>
        <text class="number" x=x y=format!("{above:.1}")>
            {index + 1}
        </text>
    }
}
