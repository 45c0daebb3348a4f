//! Who sees a journey, how exactly, whether it counts, and the way to delete it.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    Blur, DeleteJourney, JourneyView, Own, ShowBadges, UpdateJourney, Visibility,
    forms::JourneyField, words,
};
use crate::{
    ids::JourneyId,
    ui::{Check, Checks, DoorForm, FormError, Select, Submit, refused, when_done},
    words::i18n::{t, t_string, use_i18n},
};

#[component]
pub(super) fn SettingsForms(view: JourneyView, renew: Callback<()>) -> impl IntoView {
    let journey = view.id;
    let settings = view.own.map(|own| {
        view! {
            <Settings journey own=own.clone() renew/>
            <BadgesForm journey own renew/>
        }
    });
    view! {
        {settings}
        <Delete journey/>
    }
}

#[component]
fn Settings(journey: JourneyId, own: Own, renew: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<UpdateJourney>::new();
    when_done(action, renew);
    let choices = Visibility::ALL.iter().map(|choice| {
        let text = words::visibility(i18n, *choice);
        (choice.as_str().to_owned(), text.to_owned())
    });
    let choices: Vec<_> = choices.collect();
    let blurs = Blur::ALL.iter().map(|blur| {
        let text = words::blur(i18n, *blur);
        (blur.as_str().to_owned(), text.to_owned())
    });
    let blurs: Vec<_> = blurs.collect();
    let mut rooms = vec![(String::new(), t_string!(i18n, journeys.no_room).to_owned())];
    rooms.extend(own.rooms.into_iter().map(|room| {
        let title = room.title(i18n);
        (room.id.to_string(), title)
    }));
    let mut parents = vec![(
        String::new(),
        t_string!(i18n, journeys.no_parent).to_owned(),
    )];
    parents.extend(
        own.others
            .into_iter()
            .map(|other| (other.id.to_string(), other.template.name)),
    );
    let chosen = |id: Option<String>| id.unwrap_or_default();
    view! {
        <section aria-labelledby="journey-settings-title">
            <h2 id="journey-settings-title">{t!(i18n, journeys.settings_title)}</h2>
            <DoorForm action class="stack">
                <JourneyField journey/>
                <Select
                    name="visibility"
                    label=t_string!(i18n, journeys.visibility)
                    hint=t_string!(i18n, journeys.visibility_hint)
                    options=choices
                    value=own.visibility.as_str()
                />
                <Select
                    name="room"
                    label=t_string!(i18n, journeys.which_room)
                    hint=t_string!(i18n, journeys.which_room_hint)
                    options=rooms
                    value=chosen(own.room.map(|room| room.to_string()))
                />
                <Select
                    name="blur"
                    label=t_string!(i18n, journeys.blur)
                    options=blurs
                    value=own.blur.as_str()
                />
                <Select
                    name="parent"
                    label=t_string!(i18n, journeys.parent)
                    options=parents
                    value=chosen(own.parent.map(|parent| parent.to_string()))
                />
                <Check
                    name="counted"
                    label=t_string!(i18n, journeys.counted)
                    hint=t_string!(i18n, journeys.counted_hint)
                    checked=own.counted
                />
                <FormError/>
                <Submit class="quiet">{t!(i18n, about.save)}</Submit>
            </DoorForm>
        </section>
    }
}

/// In which rooms its stage stands beside the owner's name. Who is in none is asked nothing.
#[component]
fn BadgesForm(journey: JourneyId, own: Own, renew: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<ShowBadges>::new();
    when_done(action, renew);
    let rooms = own
        .rooms
        .into_iter()
        .map(|room| (room.id.to_string(), room.title(i18n)));
    let rooms: Vec<_> = rooms.collect();
    let shown = own.badges.iter().map(ToString::to_string);
    let shown: Vec<_> = shown.collect();
    (!rooms.is_empty()).then(|| {
        view! {
            <section aria-labelledby="journey-badges-title">
                <h2 id="journey-badges-title">{t!(i18n, journeys.badges_title)}</h2>
                <DoorForm action class="stack">
                    <JourneyField journey/>
                    <Checks
                        name="rooms"
                        label=t_string!(i18n, journeys.badges)
                        hint=t_string!(i18n, journeys.badges_hint)
                        options=rooms
                        values=shown
                    />
                    <FormError/>
                    <Submit class="quiet">{t!(i18n, journeys.badges_save)}</Submit>
                </DoorForm>
            </section>
        }
    })
}

#[component]
fn Delete(journey: JourneyId) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<DeleteJourney>::new();
    let navigate = use_navigate();
    when_done(
        action,
        Callback::new(move |()| navigate("/journeys", NavigateOptions::default())),
    );
    view! {
        <details class="ask" open=refused(DeleteJourney::url()).is_some()>
            <summary class="button small quiet">{t!(i18n, journeys.delete_title)}</summary>
            <DoorForm action>
                <JourneyField journey/>
                <p class="note">{t!(i18n, journeys.delete_lead)}</p>
                <FormError/>
                <Submit class="danger">{t!(i18n, journeys.delete)}</Submit>
            </DoorForm>
        </details>
    }
}
