//! Where somebody is signed in, and the ways to end that.

use leptos::{prelude::*, task::spawn_local};

use super::{EndOtherSessions, EndSession, Session, list_sessions};
use crate::{
    ui::{DoorError, DoorForm, FormError, Submit, Time, when_done},
    words::i18n::{t, t_string, use_i18n},
};

#[component]
pub(super) fn SessionsSection(sessions: Vec<Session>) -> impl IntoView {
    let i18n = use_i18n();
    let sessions = RwSignal::new(sessions);
    let reload = Callback::new(move |()| {
        spawn_local(async move {
            if let Ok(all) = list_sessions().await {
                sessions.set(all);
            }
        });
    });
    let action = ServerAction::<EndSession>::new();
    when_done(action, reload);
    let others = Memo::new(move |_| sessions.read().iter().any(|session| !session.current));
    view! {
        <h2>{t!(i18n, settings.sessions)}</h2>
        <p class="lead">{t!(i18n, sessions.lead)}</p>
        <DoorError action />
        <ul class="people" role="list">
            <For each=move || sessions.get() key=|session| session.id let(session)>
                <SessionRow session action />
            </For>
        </ul>
        <Show when=move || others.get()>
            <EndOthers reload />
        </Show>
    }
}

#[component]
fn SessionRow(session: Session, action: ServerAction<EndSession>) -> impl IntoView {
    let i18n = use_i18n();
    let Session {
        id,
        device,
        since,
        used,
        current,
    } = session;
    let device = if device.is_empty() {
        t_string!(i18n, sessions.unknown_device).to_owned()
    } else {
        device
    };
    let named = device.clone();
    let end = (!current).then(move || {
        view! {
            <DoorForm action>
                <input type="hidden" name="session" value=id.to_string() />
                <Submit class="quiet small">
                    {t!(i18n, sessions.end)} <span class="visually-hidden">" " {named}</span>
                </Submit>
            </DoorForm>
        }
    });
    view! {
        <li class="person">
            <span class="person-name">
                {device}
                {current.then(|| view! { " " <b>"(" {t!(i18n, sessions.this)} ")"</b> })}
                <span class="room-facts">
                    {t!(i18n, sessions.used)} " " <Time at=used /> " · " {t!(i18n, sessions.since)}
                    " " <Time at=since />
                </span>
            </span>
            {end}
        </li>
    }
}

#[component]
fn EndOthers(reload: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<EndOtherSessions>::new();
    when_done(action, reload);
    view! {
        <DoorForm action class="stack">
            <FormError />
            <Submit>{t!(i18n, sessions.end_others)}</Submit>
        </DoorForm>
    }
}
