//! What stands where the composer will be, for those who are not members yet.

use leptos::{either::Either, ev::SubmitEvent, prelude::*, server_fn::ServerFn, task::spawn_local};

use super::{JoinRoom, join_room};
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

    if signed_in {
        // No action: those of forms, and what reads them, come later than a room's page.
        let refusal = refused(JoinRoom::url()).map(|refusal| refusal.error);
        let failed = RwSignal::new(refusal);
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            spawn_local(async move {
                match join_room(room).await {
                    Ok(_) => {
                        on_joined.try_run(());
                    }
                    Err(error) => {
                        failed.try_set(Some(error));
                    }
                }
            });
        };
        Either::Left(view! {
            <form method="post" action=JoinRoom::url() class="join-bar" on:submit=submit>
                <PageField />
                <p>{t!(i18n, rooms.join_lead)}</p>
                <input type="hidden" name="room" value=room.to_string() />
                <p class="note error form-error" role="alert">
                    {move || failed.get().map(|error| words::refusal(i18n, &error))}
                </p>
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
