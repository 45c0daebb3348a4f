//! What stands where the composer will be, for those who are not members yet.

use leptos::{either::Either, ev::SubmitEvent, prelude::*, server_fn::ServerFn};

use super::JoinRoom;
use crate::{
    ids::RoomId,
    ui::{DoorError, PageField, when_done},
    words::i18n::{t, use_i18n},
};

#[component]
pub fn JoinBar(
    room: RoomId,
    /// Whether somebody is signed in.
    signed_in: bool,
    /// Called when the viewer has become a member.
    on_joined: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let join = ServerAction::<JoinRoom>::new();
    when_done(join, on_joined);

    if signed_in {
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            join.dispatch(JoinRoom { room });
        };
        Either::Left(view! {
            <form method="post" action=JoinRoom::url() class="join-bar" on:submit=submit>
                <PageField />
                <p>{t!(i18n, rooms.join_lead)}</p>
                <input type="hidden" name="room" value=room.to_string() />
                <DoorError action=join />
                <button type="submit" class="button">
                    {t!(i18n, rooms.join)}
                </button>
            </form>
        })
    } else {
        Either::Right(view! {
            <div class="join-bar">
                <p>{t!(i18n, rooms.sign_in_lead)}</p>
                <a class="button" href=format!("/sign-in?next=/rooms/{room}")>
                    {t!(i18n, accounts.sign_in)}
                </a>
            </div>
        })
    }
}
