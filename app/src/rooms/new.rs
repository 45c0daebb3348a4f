//! The page on which somebody opens a room.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{CreateRoom, RoomKind, RoomReply};
use crate::{
    app::Viewer,
    error::AppError,
    ui::{DoorForm, Field, FormError, PageTitle, Select, Submit, later},
    words::i18n::{t, t_string, use_i18n},
};

later!(new_room_page, NewRoomPage);

#[component]
fn NewRoomPage() -> impl IntoView {
    let i18n = use_i18n();
    let viewer = Viewer::expect();
    view! {
        <PageTitle text=t_string!(i18n, rooms.new_title) />
        <section class="card">
            <h1>{t!(i18n, rooms.new_title)}</h1>
            <p class="lead">{t!(i18n, rooms.new_lead)}</p>
            <Suspense>
                {move || Suspend::new(async move {
                    match viewer.load().await {
                        Some(_) => view! { <NewRoomForm/> }.into_any(),
                        None => {
                            view! {
                                <a class="button" href="/sign-in?next=/rooms/new">
                                    {t!(i18n, errors.sign_in_needed)}
                                </a>
                            }
                                .into_any()
                        }
                    }
                })}
            </Suspense>
        </section>
    }
}

#[component]
fn NewRoomForm() -> impl IntoView {
    let i18n = use_i18n();
    let create = ServerAction::<CreateRoom>::new();
    go_to_room(create);
    let kinds = [
        (RoomKind::Public, t_string!(i18n, rooms.kind_public)),
        (RoomKind::Group, t_string!(i18n, rooms.kind_group)),
    ]
    .map(|(kind, text)| (kind.as_str().to_owned(), text.to_owned()));
    view! {
        <DoorForm action=create class="stack">
            <Field
                name="name"
                label=t_string!(i18n, rooms.name)
                hint=t_string!(i18n, rooms.name_hint)
            />
            <Select
                name="kind"
                label=t_string!(i18n, rooms.kind)
                options=kinds.to_vec()
                value=RoomKind::Public.as_str()
            />
            <FormError/>
            <Submit>{t!(i18n, rooms.create)}</Submit>
        </DoorForm>
    }
}

/// Opens the room that a door has answered with.
pub fn go_to_room<F>(action: ServerAction<F>)
where
    F: ServerFn<Output = RoomReply, Error = AppError> + Clone + Send + Sync + 'static,
{
    let navigate = use_navigate();
    Effect::new(move || {
        if let Some(Ok(reply)) = &*action.value().read() {
            navigate(
                &format!("/rooms/{}", reply.room.id),
                NavigateOptions::default(),
            );
        }
    });
}
