//! The stages of a journey as a table: for everybody, and all there is for who does not see the picture.

use leptos::prelude::*;

use super::{
    JourneyView, Precision, StageEvent, Status, Template, UndoStage, forms::JourneyField, words,
};
use crate::{
    ids::JourneyId,
    ui::{DoorError, DoorForm, Submit, when_done},
    words::i18n::{Locale, t, t_string, use_i18n},
};

#[component]
pub(super) fn JourneyTable(view: JourneyView, renew: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let undo = ServerAction::<UndoStage>::new();
    when_done(undo, renew);
    let is_own = view.own.is_some();
    let mut before = None;
    let rows: Vec<_> = view
        .events
        .iter()
        .enumerate()
        .map(|(index, event)| {
            let waited = waited(i18n, before, event);
            if event.status == Status::Happened {
                before = Some(event);
            }
            let undo = is_own.then_some(undo);
            let (number, stage) = (index + 1, name(&view.template, event));
            let (journey, event) = (view.id, event.clone());
            view! { <Row number stage waited journey event undo/> }
        })
        .collect();
    let last_column = is_own.then(|| {
        view! {
            <th scope="col">
                <span class="visually-hidden">{t!(i18n, journeys.undo)}</span>
            </th>
        }
    });
    view! {
        <DoorError action=undo/>
        <table class="journey-table">
            <caption class="visually-hidden">{t!(i18n, journeys.table)}</caption>
            <thead>
                <tr>
                    <th scope="col">{t!(i18n, journeys.number)}</th>
                    <th scope="col">{t!(i18n, journeys.stage)}</th>
                    <th scope="col">{t!(i18n, journeys.on)}</th>
                    <th scope="col">{t!(i18n, journeys.after)}</th>
                    {last_column}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

#[component]
fn Row(
    number: usize,
    stage: String,
    waited: Option<String>,
    journey: JourneyId,
    event: StageEvent,
    /// None: it is somebody else's.
    undo: Option<ServerAction<UndoStage>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let day = words::day(i18n, event.on, event.precision);
    let status = (event.status != Status::Happened).then(|| {
        let status = words::status(i18n, event.status);
        view! { <span class="room-facts">{status}</span> }
    });
    let note = (!event.note.is_empty()).then(|| {
        view! {
            <p class="journey-note" dir="auto">
                {event.note}
            </p>
        }
    });
    let spoken = stage.clone();
    let undo = undo.map(|undo| {
        view! {
            <td>
                <DoorForm action=undo>
                    <JourneyField journey/>
                    <input type="hidden" name="event" value=event.id.to_string()/>
                    <Submit class="small quiet">
                        {t!(i18n, journeys.undo)}
                        <span class="visually-hidden">" " {spoken}</span>
                    </Submit>
                </DoorForm>
            </td>
        }
    });
    view! {
        <tr>
            <td>{number}</td>
            <th scope="row">{stage} " " {status} {note}</th>
            <td>
                <time datetime=event.on.told(event.precision)>{day}</time>
            </td>
            <td>{waited}</td>
            {undo}
        </tr>
    }
}

fn name(template: &Template, event: &StageEvent) -> String {
    let stage = template.stage(&event.stage);
    stage.map_or_else(|| event.stage.clone(), |stage| stage.name.clone())
}

/// How long after the last thing that had happened: in days, if both days are known; else only if it was a week or
/// more.
fn waited(i18n: Locale, before: Option<&StageEvent>, event: &StageEvent) -> Option<String> {
    let before = before.filter(|_| event.status == Status::Happened)?;
    let days = event.on.since(before.on);
    if before.precision == Precision::Day && event.precision == Precision::Day {
        return Some(match days {
            1 => t_string!(i18n, journeys.one_day).to_owned(),
            days => t_string!(i18n, journeys.days, count = days).to_string(),
        });
    }
    match days / 7 {
        ..=0 => None,
        1 => Some(t_string!(i18n, journeys.about_one_week).to_owned()),
        weeks => Some(t_string!(i18n, journeys.about_weeks, count = weeks).to_string()),
    }
}
