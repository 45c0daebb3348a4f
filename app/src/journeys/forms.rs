//! What its owner says of a journey: that it goes on, what has happened, where it lies, how it has ended.

use leptos::{
    html,
    prelude::*,
    server_fn::ServerFn,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, HtmlFormElement},
};

use super::{
    ConfirmJourney, EndJourney, JourneyView, Outcome, Precision, RecordStage, Status, Template,
    TransferJourney, new::offices, words,
};
use crate::{
    error::ErrorCode,
    ids::JourneyId,
    ui::{
        Check, DoorForm, Field, FormError, Select, Submit, TextField, WhenRefused, refused,
        when_done,
    },
    words::i18n::{t, t_string, use_i18n},
};

#[component]
pub(super) fn Actions(view: JourneyView, renew: Callback<()>) -> impl IntoView {
    let pending = view.outcome == Outcome::Pending;
    let confirm = pending.then(|| view! { <Confirm view=view.clone() renew/> });
    view! {
        {confirm}
        <Record view=view.clone() renew/>
        <Transfer view=view.clone() renew/>
        <End view renew/>
    }
}

/// "Still waiting", in one tap.
#[component]
fn Confirm(view: JourneyView, renew: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<ConfirmJourney>::new();
    when_done(action, renew);
    let on = view.own.map(|own| own.confirmed_on.to_string());
    let said = t_string!(i18n, journeys.confirmed_on, day = on.unwrap_or_default()).to_string();
    view! {
        <DoorForm action class="still-waiting">
            <JourneyField journey=view.id/>
            <FormError/>
            <Submit>{t!(i18n, journeys.still_waiting)}</Submit>
            <p class="note">{said}</p>
        </DoorForm>
    }
}

#[component]
pub(super) fn JourneyField(journey: JourneyId) -> impl IntoView {
    view! { <input type="hidden" name="journey" value=journey.to_string()/> }
}

/// Offered once words are refused for a case number in them.
#[component]
pub(super) fn MaskChoice(
    /// Its id in the page.
    id: &'static str,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <WhenRefused code=ErrorCode::CaseNumber>
            <Check
                name="mask"
                id=id
                label=t_string!(i18n, journeys.mask)
                hint=t_string!(i18n, journeys.mask_hint)
                checked=true
            />
        </WhenRefused>
    }
}

/// The stage that is most likely next: the first after the last that has happened which no journey leaves out.
fn next_stage(view: &JourneyView) -> String {
    let stages = &view.template.stages;
    let happened = view
        .events
        .iter()
        .filter(|event| event.status == Status::Happened);
    let last = happened
        .filter_map(|event| view.template.place(&event.stage))
        .max();
    let rest = stages.iter().skip(last.map_or(0, |place| place + 1));
    let next = rest
        .clone()
        .find(|stage| !stage.optional)
        .or_else(|| rest.clone().next());
    let next = next.or(stages.last());
    next.map(|stage| stage.key.clone()).unwrap_or_default()
}

fn stages(template: &Template) -> Vec<(String, String)> {
    let stages = template.stages.iter();
    stages
        .map(|stage| (stage.key.clone(), words::stage(stage)))
        .collect()
}

/// Sets the fields of a form to what they held before anybody typed.
fn begin_anew(section: &HtmlElement) {
    let form = section.query_selector("form").ok().flatten();
    if let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) {
        form.reset();
    }
}

/// Something has happened, or is to.
#[component]
fn Record(view: JourneyView, renew: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<RecordStage>::new();
    let section = NodeRef::<html::Section>::new();
    let done = Callback::new(move |()| {
        // A note is of one event: it must not go with the next.
        if let Some(section) = section.get_untracked() {
            begin_anew(&section);
        }
        renew.run(());
    });
    when_done(action, done);
    let statuses = Status::ALL.iter().map(|status| {
        let text = words::status(i18n, *status);
        (status.as_str().to_owned(), text.to_owned())
    });
    let statuses: Vec<_> = statuses.collect();
    let precisions = Precision::ALL.map(|precision| {
        let text = words::precision(i18n, precision);
        (precision.as_str().to_owned(), text.to_owned())
    });
    let next = next_stage(&view);
    let today = view
        .own
        .map(|own| own.today.to_string())
        .unwrap_or_default();
    view! {
        <section aria-labelledby="record-title" node_ref=section>
            <h2 id="record-title">{t!(i18n, journeys.record_title)}</h2>
            <DoorForm action class="stack" guarded="note">
                <JourneyField journey=view.id/>
                <Select
                    name="stage"
                    label=t_string!(i18n, journeys.stage)
                    options=stages(&view.template)
                    value=next
                />
                <Field name="on" kind="date" label=t_string!(i18n, journeys.on) value=today/>
                <Select
                    name="status"
                    label=t_string!(i18n, journeys.status)
                    options=statuses
                    value=Status::Happened.as_str()
                />
                <Select
                    name="precision"
                    label=t_string!(i18n, journeys.precision)
                    options=precisions.to_vec()
                    value=Precision::Day.as_str()
                />
                <TextField
                    name="note"
                    label=t_string!(i18n, journeys.note)
                    hint=t_string!(i18n, journeys.note_hint)
                    value=""
                />
                <MaskChoice id="mask"/>
                <FormError/>
                <Submit>{t!(i18n, journeys.record)}</Submit>
            </DoorForm>
        </section>
    }
}

/// Cases go from office to office.
#[component]
fn Transfer(view: JourneyView, renew: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<TransferJourney>::new();
    when_done(action, renew);
    let from = t_string!(i18n, journeys.from_now).to_owned();
    let mut froms = vec![(String::new(), from)];
    froms.extend(stages(&view.template));
    view! {
        <details class="ask" open=refused(TransferJourney::url()).is_some()>
            <summary class="button small quiet">{t!(i18n, journeys.transfer_title)}</summary>
            <DoorForm action class="stack">
                <JourneyField journey=view.id/>
                <Select
                    name="office"
                    label=t_string!(i18n, journeys.office)
                    options=Vec::new()
                    groups=offices(i18n, &view.template.offices)
                    value=""
                />
                <Select
                    name="from"
                    label=t_string!(i18n, journeys.from_stage)
                    options=froms
                    value=""
                />
                <FormError/>
                <Submit class="quiet">{t!(i18n, journeys.transfer)}</Submit>
            </DoorForm>
        </details>
    }
}

/// It is over, where no stage says so, or is not over after all.
#[component]
fn End(view: JourneyView, renew: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<EndJourney>::new();
    when_done(action, renew);
    let outcomes = Outcome::ALL.iter().map(|outcome| {
        let text = words::outcome(i18n, *outcome);
        (outcome.as_str().to_owned(), text.to_owned())
    });
    let outcomes: Vec<_> = outcomes.collect();
    let today = view
        .own
        .map(|own| own.today.to_string())
        .unwrap_or_default();
    view! {
        <details class="ask" open=refused(EndJourney::url()).is_some()>
            <summary class="button small quiet">{t!(i18n, journeys.end_title)}</summary>
            <DoorForm action class="stack">
                <JourneyField journey=view.id/>
                <Select
                    name="outcome"
                    label=t_string!(i18n, journeys.outcome)
                    options=outcomes
                    value=view.outcome.as_str()
                />
                <Field
                    name="on"
                    id="ended-on"
                    kind="date"
                    label=t_string!(i18n, journeys.on)
                    value=today
                />
                <FormError/>
                <Submit class="quiet">{t!(i18n, journeys.end)}</Submit>
            </DoorForm>
        </details>
    }
}
