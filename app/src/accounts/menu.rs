//! Who is signed in, and the way in or out, at the top of every page.

use leptos::{either::Either, ev::SubmitEvent, prelude::*, server_fn::ServerFn};

use super::{SignOut, User};
use crate::{
    app::Viewer,
    live::Live,
    media::Uploads,
    profiles::Face,
    words::i18n::{t, t_string, use_i18n},
};

#[component]
pub fn AccountMenu() -> impl IntoView {
    let i18n = use_i18n();
    let viewer = Viewer::expect();
    let live = Live::expect();
    let uploads = Uploads::expect();
    // What was not sent is lost then: nobody else who uses this browser is to find it.
    let ask = move |event: SubmitEvent| {
        let question = match live.unsent() + uploads.in_trays() {
            0 => return,
            1 => t_string!(i18n, accounts.unsent_one).to_owned(),
            count => t_string!(i18n, accounts.unsent_many, count).to_string(),
        };
        if window().confirm_with_message(&question) == Ok(true) {
            live.discard_all();
            uploads.clear();
        } else {
            event.prevent_default();
        }
    };
    let signed_in = move |user: User| {
        let handle = user.handle.to_string();
        view! {
            <a class="me" href="/settings">
                <span class="visually-hidden">{t!(i18n, nav.signed_in_as)} " "</span>
                <Face user=user.id/>
                {handle}
                <span class="visually-hidden">" " {t!(i18n, settings.title)}</span>
            </a>
            // By the browser alone: everything on the page is this person's, and is loaded anew.
            <form method="post" action=SignOut::url() on:submit=ask>
                <input type="hidden" name="next" value="/" />
                <button type="submit" class="button quiet">
                    {t!(i18n, accounts.sign_out)}
                </button>
            </form>
        }
    };
    view! {
        <nav class="account" aria-label=t_string!(i18n, nav.label)>
            <Suspense>
                {move || Suspend::new(async move {
                    match viewer.load().await {
                        Some(user) => Either::Left(signed_in(user)),
                        None => {
                            Either::Right(view! {
                                <a class="button quiet" href="/sign-in">
                                    {t!(i18n, accounts.sign_in)}
                                </a>
                                <a class="button" href="/sign-up">
                                    {t!(i18n, accounts.sign_up)}
                                </a>
                            })
                        }
                    }
                })}
            </Suspense>
        </nav>
    }
}
