//! The first page.

use leptos::prelude::*;

use super::{RoomList, direct::WriteTo};
use crate::{
    app::Viewer,
    ui::{PageTitle, later},
    words::i18n::{t, t_string, use_i18n},
};

later!(home_page, HomePage);

/// `/`: for visitors, what this is; for everybody, the rooms.
#[component]
fn HomePage() -> impl IntoView {
    let i18n = use_i18n();
    let viewer = Viewer::expect();
    view! {
        <PageTitle text=t_string!(i18n, rooms.title) />
        <div class="page">
            <Suspense>
                {move || Suspend::new(async move {
                    match viewer.load().await {
                        Some(_) => {
                            view! {
                                <div class="page-head">
                                    <div>
                                        <h1>{t!(i18n, rooms.title)}</h1>
                                        <p class="lead">{t!(i18n, rooms.lead)}</p>
                                    </div>
                                    <a class="button" href="/rooms/new">
                                        {t!(i18n, rooms.new)}
                                    </a>
                                </div>
                            }
                                .into_any()
                        }
                        None => view! { <Welcome/> }.into_any(),
                    }
                })}
            </Suspense>
            <RoomList/>
            <Suspense>
                {move || Suspend::new(async move {
                    viewer.load().await.map(|_| view! { <WriteTo /> })
                })}
            </Suspense>
        </div>
    }
}

/// What a visitor sees first.
#[component]
fn Welcome() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="welcome">
            <h1>{t!(i18n, welcome.title)}</h1>
            <p class="lead">{t!(i18n, welcome.lead)}</p>
            <p class="actions">
                <a class="button" href="/sign-up">
                    {t!(i18n, welcome.join)}
                </a>
                <a class="button quiet" href="/sign-in">
                    {t!(i18n, welcome.have_account)}
                </a>
            </p>
            <p>
                <a href="/waits">{t!(i18n, waits.link)}</a>
            </p>
        </section>
        <h2>{t!(i18n, rooms.title)}</h2>
    }
}
