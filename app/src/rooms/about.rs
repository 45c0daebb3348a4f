//! What a room is about, who is in it, and what one may do about that.

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};

use super::{
    LeaveRoom, Role, RoomAbout, RoomKind, SetMute, about_room,
    edit::EditRoom,
    list::size,
    people::{BannedList, People},
};
use crate::{
    accounts::User,
    app::Viewer,
    error::{AppError, ErrorCode},
    ids::RoomId,
    invites::{Invite, InviteSection, list_invites},
    reports::report_path,
    rooms::Mute,
    ui::{
        DoorForm, FormError, NoIndex, PageTitle, Problem, Select, Submit, later, page_status,
        when_done,
    },
    words::i18n::{t, t_string, use_i18n},
};

later!(about_page, AboutPage);

/// `/rooms/:room/about`.
#[component]
fn AboutPage() -> impl IntoView {
    let i18n = use_i18n();
    let viewer = Viewer::expect();
    let params = use_params_map();
    let room = move || params.read().get("room").and_then(|room| room.parse().ok());
    let loaded = Resource::new_blocking(room, load);
    let saved = RwSignal::new(false);
    let on_done = Callback::new(move |()| {
        saved.set(true);
        loaded.refetch();
    });
    let status = page_status();

    view! {
        <NoIndex />
        <div
            class="page about"
            on:input=move |_| saved.set(false)
            on:submit=move |_| saved.set(false)
        >
            <p class="saved" role="status">
                {move || saved.get().then(|| t_string!(i18n, about.saved))}
            </p>
            <Transition>
                {move || {
                    let status = status.clone();
                    Suspend::new(async move {
                        match (viewer.load().await, loaded.await) {
                            (viewer, Ok((about, invites))) => {
                                view! { <About viewer about invites on_done /> }.into_any()
                            }
                            (_, Err(error)) => {
                                status(error.code);
                                view! { <Problem error /> }.into_any()
                            }
                        }
                    })
                }}
            </Transition>
        </div>
    }
}

/// Those who keep order also get the invites.
async fn load(room: Option<RoomId>) -> Result<(RoomAbout, Option<Vec<Invite>>), AppError> {
    let room = room.ok_or(ErrorCode::RoomUnknown)?;
    let about = about_room(room).await?;
    let invites = match about.role {
        Some(role) if role.keeps_order() => Some(list_invites(room).await?),
        _ => None,
    };
    Ok((about, invites))
}

#[component]
fn About(
    viewer: Option<User>,
    about: RoomAbout,
    invites: Option<Vec<Invite>>,
    /// Called when something has changed.
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let RoomAbout {
        room,
        topic,
        description,
        members,
        role,
        mute,
        people,
        banned,
        blocked,
    } = about;
    let id = room.id;
    let name = room.title(i18n);
    let direct = room.kind == RoomKind::Direct;
    let keeps_order = role.is_some_and(Role::keeps_order);
    let edit = keeps_order.then(|| {
        let (topic, description) = (topic.clone(), description.clone());
        view! { <EditRoom room=room.clone() topic description on_done /> }
    });

    view! {
        <PageTitle text=name.clone() />
        <div class="page-head">
            <div>
                <h1 dir="auto">{name}</h1>
                <p class="lead" dir="auto">
                    {topic.as_str().to_owned()}
                </p>
                <p class="room-facts">
                    {size(i18n, room.kind, members)}
                </p>
            </div>
            <a class="button quiet" href=format!("/rooms/{id}")>
                {t!(i18n, about.to_room)}
            </a>
        </div>
        <p class="description" dir="auto">
            {description.as_str().to_owned()}
        </p>
        <p>
            <a href=format!("/rooms/{id}/pins")>{t!(i18n, messages.pins_title)}</a>
        </p>
        {(!direct && viewer.is_some())
            .then(|| {
                view! {
                    <p>
                        <a href=report_path(id, None, None)>{t!(i18n, reports.report_room)}</a>
                    </p>
                }
            })}
        {mute.map(|level| view! { <MuteForm room=id level on_done /> })}
        {edit}
        {invites.map(|invites| view! { <InviteSection room=id invites on_done /> })}
        {viewer
            .zip(role)
            .map(|(viewer, role)| {
                view! { <People room=id direct viewer role people blocked on_done /> }
            })}
        {keeps_order.then(|| view! { <BannedList room=id banned on_done /> })}
        {(role.is_some() && !direct).then(|| view! { <Leave room=id /> })}
    }
}

/// What one wants to be told of the room.
#[component]
fn MuteForm(room: RoomId, level: Mute, on_done: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<SetMute>::new();
    when_done(action, on_done);
    let options = Mute::ALL.map(|level| {
        let text = match level {
            Mute::All => t_string!(i18n, about.mute_all),
            Mute::Mentions => t_string!(i18n, about.mute_mentions),
            Mute::None => t_string!(i18n, about.mute_none),
        };
        (level.as_str().to_owned(), text.to_owned())
    });
    view! {
        <section>
            <h2>{t!(i18n, about.mute_title)}</h2>
            <DoorForm action class="stack">
                <input type="hidden" name="room" value=room.to_string() />
                <Select
                    name="level"
                    label=t_string!(i18n, about.mute_label)
                    hint=t_string!(i18n, about.mute_hint)
                    options=options.to_vec()
                    value=level.as_str()
                />
                <FormError />
                <Submit class="quiet">{t!(i18n, about.save)}</Submit>
            </DoorForm>
        </section>
    }
}

/// Leaving, behind a question.
#[component]
fn Leave(room: RoomId) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<LeaveRoom>::new();
    let navigate = use_navigate();
    let gone = move |()| navigate("/", leptos_router::NavigateOptions::default());
    when_done(action, Callback::new(gone));
    view! {
        <section>
            <details class="ask">
                <summary class="button quiet">{t!(i18n, about.leave)}</summary>
                <p>{t!(i18n, about.leave_question)}</p>
                <DoorForm action class="stack">
                    <input type="hidden" name="room" value=room.to_string() />
                    <FormError />
                    <Submit>{t!(i18n, about.leave_submit)}</Submit>
                </DoorForm>
            </details>
        </section>
    }
}
