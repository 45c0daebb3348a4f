//! The page of what a room holds up.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    Hidden, Message, pinned_messages, place_path,
    row::{Veil, said},
};
use crate::{
    error::{AppError, ErrorCode},
    ids::RoomId,
    rooms::{RoomView, open_room},
    ui::{NoIndex, PageTitle, Problem, Time, later, page_status},
    words::{
        self,
        i18n::{t, t_string, use_i18n},
    },
};

later!(pins_page, PinsPage);

#[component]
fn PinsPage() -> impl IntoView {
    let params = use_params_map();
    let room = move || params.read().get("room").and_then(|room| room.parse().ok());
    let loaded = Resource::new_blocking(room, load);
    let status = page_status();
    view! {
        <Suspense>
            {move || {
                let status = status.clone();
                Suspend::new(async move {
                    match loaded.await {
                        Ok((view, pins)) => view! { <Pins view pins/> }.into_any(),
                        Err(error) => {
                            status(error.code);
                            view! { <Problem error/> }.into_any()
                        }
                    }
                })
            }}
        </Suspense>
    }
}

async fn load(room: Option<RoomId>) -> Result<(RoomView, Vec<Message>), AppError> {
    let room = room.ok_or(ErrorCode::RoomUnknown)?;
    Ok((open_room(room).await?, pinned_messages(room).await?))
}

#[component]
fn Pins(view: RoomView, pins: Vec<Message>) -> impl IntoView {
    let i18n = use_i18n();
    let room = view.room.id;
    let blocked = Hidden::new(view.blocked);
    let empty = pins.is_empty();
    let rows = pins.into_iter().map(|mut message| {
        let hidden = blocked.veil(&mut message);
        let said = said(i18n, &message, hidden);
        let Message {
            seq,
            sender,
            sent_at,
            ..
        } = message;
        view! {
            <li>
                {hidden.then(|| view! { <Veil/> })}
                <p class="message-head">
                    <span class="author">{words::name(i18n, &sender.handle)}</span>
                    " "
                    <a class="place" href=place_path(room, seq)>
                        <Time at=sent_at/>
                    </a>
                </p>
                {said}
            </li>
        }
    });
    let rows = rows.collect_view();
    view! {
        <PageTitle text=t_string!(i18n, messages.pins_title).to_owned()/>
        <NoIndex/>
        <section class="card">
            <h1>{t!(i18n, messages.pins_title)}</h1>
            {empty
                .then(|| {
                    view! {
                        <p class="empty-title">{t!(i18n, messages.pins_empty_title)}</p>
                        <p>{t!(i18n, messages.pins_empty_lead)}</p>
                    }
                })}
            <ol class="pins">{rows}</ol>
            <p>
                <a href=format!("/rooms/{room}")>{t!(i18n, about.to_room)}</a>
            </p>
        </section>
    }
}
