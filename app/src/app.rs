//! The app: what every page stands in, and which page an address leads to.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::{
    accounts::{
        AccountMenu, User, current_user, recovery_page, settings_page, sign_in_page, sign_up_page,
    },
    error::AppError,
    invites::invite_page,
    journeys::{journey_page, journeys_page, new_journey_page},
    live::{Live, LiveBanner},
    media::Uploads,
    messages::{mentions_page, message_page, pins_page},
    profiles::profile_page,
    reports::report_page,
    rooms::{Layers, LayersListen, Listing, RoomPage, about_page, home_page, new_room_page},
    ui::{Alive, AtOnce, Clock, Later, NewCount, NotFound, Refusal},
    waits::{calibration_page, waits_page},
    words::i18n::{self, t, use_i18n},
};

/// Who is signed in. Signing in and out load the page anew, so it never changes under a page.
#[derive(Clone, Copy)]
pub struct Viewer(Resource<Result<Option<User>, AppError>>);

impl Viewer {
    fn provide() -> Self {
        let viewer = Self(Resource::new_blocking(|| (), |()| current_user()));
        provide_context(viewer);
        viewer
    }

    pub fn expect() -> Self {
        use_context().expect("the app provides the viewer above every page")
    }

    /// The person who is signed in. Nobody, when the server cannot tell.
    pub async fn load(self) -> Option<User> {
        self.0.await.ok().flatten()
    }
}

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    i18n::provide();
    view! { <Site/> }
}

/// Pages are rendered whole (`SsrMode::Async`): without WebAssembly nothing would fill in what a
/// stream leaves open.
#[component]
fn Site() -> impl IntoView {
    Refusal::provide();
    Clock::provide();
    Alive::provide();
    let viewer = Viewer::provide();
    let live = Live::provide();
    Uploads::provide();
    let listing = Listing::provide(live);
    Layers::provide(listing);
    provide_context(NewCount(listing.told()));
    Effect::new(move || {
        if let Some(Ok(Some(user))) = viewer.0.get() {
            live.start(user.id);
        }
    });

    view! {
        <Router>
            <Top/>
            <main id="content" tabindex="-1">
                <FlatRoutes fallback=NotFound>
                    <Route path=path!("/") view=Later(home_page) ssr=SsrMode::Async/>
                    <Route path=path!("/sign-up") view=Later(sign_up_page) ssr=SsrMode::Async/>
                    <Route path=path!("/sign-in") view=Later(sign_in_page) ssr=SsrMode::Async/>
                    <Route path=path!("/rooms/new") view=Later(new_room_page) ssr=SsrMode::Async/>
                    <Route path=path!("/rooms/:room") view=RoomPage ssr=SsrMode::Async/>
                    <Route path=path!("/rooms/:room/about") view=Later(about_page) ssr=SsrMode::Async/>
                    <Route path=path!("/report") view=Later(report_page) ssr=SsrMode::Async/>
                    <Route path=path!("/mentions") view=Later(mentions_page) ssr=SsrMode::Async/>
                    <Route path=path!("/settings/:section?") view=Later(settings_page) ssr=SsrMode::Async/>
                    <Route path=path!("/people/:handle") view=Later(profile_page) ssr=SsrMode::Async/>
                    <Route path=path!("/account/:step") view=Later(recovery_page) ssr=SsrMode::Async/>
                    <Route path=path!("/invites/:code") view=Later(invite_page) ssr=SsrMode::Async/>
                    <Route path=path!("/journeys") view=Later(journeys_page) ssr=SsrMode::Async/>
                    <Route path=path!("/journeys/new") view=Later(new_journey_page) ssr=SsrMode::Async/>
                    <Route path=path!("/journeys/:journey") view=Later(journey_page) ssr=SsrMode::Async/>
                    <Route path=path!("/waits/calibration") view=Later(calibration_page) ssr=SsrMode::Async/>
                    <Route path=path!("/waits/:template?/:office?") view=Later(waits_page) ssr=SsrMode::Async/>
                    <Route path=path!("/rooms/:room/pins") view=Later(pins_page) ssr=SsrMode::Async/>
                    <Route path=path!("/rooms/:room/messages/:place") view=Later(message_page) ssr=SsrMode::Async/>
                </FlatRoutes>
            </main>
        </Router>
    }
}

/// What stands above every page.
#[component]
fn Top() -> impl IntoView {
    let i18n = use_i18n();
    AtOnce(view! {
        <a class="skip" href="#content" rel="external">
            {t!(i18n, skip_to_content)}
        </a>
        <header class="top">
            <a href="/" class="brand">
                <span class="brand-mark" aria-hidden="true"></span>
                {t!(i18n, brand)}
            </a>
            <AccountMenu/>
        </header>
        <LiveBanner/>
        <LayersListen/>
    })
}
