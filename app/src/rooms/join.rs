//! What stands where the composer will be, for those who are not members yet.

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};

use super::JoinRoom;
use crate::{
    ids::RoomId,
    ui::{PageField, refused},
    words::{
        self,
        i18n::{t, use_i18n},
    },
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
    Effect::new(move || {
        if let Some(Ok(_)) = &*join.value().read() {
            on_joined.run(());
        }
    });

    if signed_in {
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            join.dispatch(JoinRoom { room });
        };
        let refused_with = refused(JoinRoom::url()).map(|refusal| refusal.error);
        let why = move || match &*join.value().read() {
            None => refused_with.as_ref().map(|error| error.code),
            Some(result) => result.as_ref().err().map(|error| error.code),
        };
        view! {
            <form method="post" action=JoinRoom::url() class="join-bar" on:submit=submit>
                <PageField />
                <p>{t!(i18n, rooms.join_lead)}</p>
                <input type="hidden" name="room" value=room.to_string() />
                <p class="note error form-error" role="alert">
                    {move || why().map(|code| words::error(i18n.get_locale(), code))}
                </p>
                <button type="submit" class="button">
                    {t!(i18n, rooms.join)}
                </button>
            </form>
        }
        .into_any()
    } else {
        view! {
            <div class="join-bar">
                <p>{t!(i18n, rooms.sign_in_lead)}</p>
                <a class="button" href=format!("/sign-in?next=/rooms/{room}")>
                    {t!(i18n, accounts.sign_in)}
                </a>
            </div>
        }
        .into_any()
    }
}
