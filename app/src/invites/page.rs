//! Where an invite leads: what the room is, and the way in.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{InviteView, JoinByInvite, open_invite};
use crate::{
    app::Viewer,
    rooms::{RoomKind, go_to_room, size},
    ui::{DoorForm, FormError, NoIndex, PageTitle, Problem, Submit, later, page_status},
    words::i18n::{t, t_string, use_i18n},
};

later!(invite_page, InvitePage);

/// `/invites/:code`.
#[component]
fn InvitePage() -> impl IntoView {
    let viewer = Viewer::expect();
    let params = use_params_map();
    let code = move || params.read().get("code").unwrap_or_default();
    let invite = Resource::new_blocking(code, open_invite);
    let status = page_status();
    view! {
        <NoIndex />
        <Suspense>
            {move || {
                let status = status.clone();
                Suspend::new(async move {
                    match (viewer.load().await, invite.await) {
                        (viewer, Ok(invite)) => {
                            let signed_in = viewer.is_some();
                            view! { <InviteCard code=code() invite signed_in /> }.into_any()
                        }
                        (_, Err(error)) => {
                            status(error.code);
                            view! { <Problem error /> }.into_any()
                        }
                    }
                })
            }}
        </Suspense>
    }
}

#[component]
fn InviteCard(code: String, invite: InviteView, signed_in: bool) -> impl IntoView {
    let i18n = use_i18n();
    let InviteView {
        name,
        topic,
        members,
        room,
    } = invite;
    let title = t_string!(i18n, invites.title, room = name.as_str().to_owned()).to_string();
    let way_in = match room {
        Some(room) => view! {
            <p class="lead">{t!(i18n, invites.joined)}</p>
            <a class="button" href=format!("/rooms/{room}")>
                {t!(i18n, invites.to_room)}
            </a>
        }
        .into_any(),
        None if signed_in => view! { <JoinForm code /> }.into_any(),
        None => view! {
            <p class="lead">{t!(i18n, invites.sign_in_lead)}</p>
            <p class="actions">
                <a class="button" href=format!("/sign-up?next=/invites/{code}")>
                    {t!(i18n, welcome.join)}
                </a>
                <a class="button quiet" href=format!("/sign-in?next=/invites/{code}")>
                    {t!(i18n, welcome.have_account)}
                </a>
            </p>
        }
        .into_any(),
    };
    view! {
        <PageTitle text=title.clone() />
        <section class="card invite">
            <h1 dir="auto">{title}</h1>
            <p class="lead" dir="auto">
                {topic.as_str().to_owned()}
            </p>
            <p class="room-facts">
                {size(i18n, RoomKind::Group, members)}
            </p>
            {way_in}
        </section>
    }
}

#[component]
fn JoinForm(code: String) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<JoinByInvite>::new();
    go_to_room(action);
    view! {
        <DoorForm action class="stack">
            <input type="hidden" name="code" value=code />
            <FormError />
            <Submit>{t!(i18n, rooms.join)}</Submit>
        </DoorForm>
    }
}
