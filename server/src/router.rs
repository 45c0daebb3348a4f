//! The table of contents: every address that the server answers, and through which layers.

use std::sync::Arc;

use app::{accounts::Browser, context::Ports, live::wire};
use axum::{
    Extension, Router,
    extract::{FromRef, Request, State, WebSocketUpgrade},
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::{any, get, post},
};
use ipnet::IpNet;
use leptos::config::LeptosOptions;
use tower_http::{catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer};
use url::Url;

use crate::{
    accounts::AccountsOnPostgres,
    assets, browsers,
    connections::{Bounds, Meter},
    doors,
    exports::{self, Exports},
    health::{self, Readiness},
    hub::{self, Hub},
    identities::{self, IdentitiesOnPostgres},
    media::{self, Media},
    origins, pages,
    profiles::{self, ProfilesOnPostgres},
};

/// How much one read from a socket takes, in bytes.
const READ_BUFFER: usize = 1024;

/// What may stand unwritten in a socket's own buffer, in bytes: a page of changes in one frame.
const MOST_UNWRITTEN: usize = 8 * 1024 * 1024;

/// What a document may do that is none of the app's: an error, or a picture that somebody opens.
const PLAIN_POLICY: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; \
                            form-action 'self'; frame-ancestors 'none'";

/// What the handlers share.
#[derive(Clone, FromRef)]
pub(crate) struct Services {
    pub(crate) ports: Ports,
    pub(crate) accounts: Arc<AccountsOnPostgres>,
    pub(crate) exports: Arc<Exports>,
    pub(crate) identities: Arc<IdentitiesOnPostgres>,
    pub(crate) media: Arc<Media>,
    pub(crate) profiles: Arc<ProfilesOnPostgres>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) readiness: Readiness,
    pub(crate) public_url: Arc<Url>,
    /// Whose word is taken for whom they speak for.
    pub(crate) proxies: Arc<[IpNet]>,
    pub(crate) bounds: Bounds,
    pub(crate) leptos: LeptosOptions,
}

impl Services {
    /// What a request tells of the browser that sends it.
    pub(crate) fn browser(&self, headers: &HeaderMap, extensions: &Extensions) -> Browser {
        browsers::browser(self.accounts.cookies(), &self.proxies, headers, extensions)
    }
}

pub(crate) fn router(services: Services) -> Router {
    let options = services.leptos.clone();
    let pages = any(pages::page).with_state(services.clone());

    let uploads = get(media::describe)
        .patch(media::go_on)
        .delete(media::cancel)
        .options(media::options);
    let application = Router::new()
        .route("/api/{noun}/{verb}", any(doors::door))
        .route("/live", get(live))
        .route(app::exports::PATH, get(exports::mine))
        .route("/identities/callback", get(identities::callback))
        .route(
            app::media::UPLOADS,
            post(media::begin).options(media::options),
        )
        .route(&format!("{}/{{id}}", app::media::UPLOADS), uploads)
        .route(
            app::media::FORM,
            // The address stays in the bar of a browser whose form was refused.
            post(media::send_form).get(|| async { Redirect::to("/") }),
        )
        .route("/media/{id}/{variant}", get(media::serve))
        .route(
            "/people/{id}/picture",
            get(profiles::serve).post(profiles::replace),
        )
        .fallback_service(assets::public(&options).fallback(pages))
        .layer(middleware::from_fn_with_state(services.clone(), handle))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&services.public_url),
            origins::refuse_cross_site,
        ))
        // Inside the headers below, so that even an answer to a panic carries them.
        .layer(CatchPanicLayer::custom(pages::panicked));

    Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .nest_service("/pkg", assets::package(&options))
        .merge(application)
        .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // Pages of the app have one of their own, with a nonce.
        .layer(always(header::CONTENT_SECURITY_POLICY, PLAIN_POLICY))
        .layer(always(header::REFERRER_POLICY, "same-origin"))
        .layer(always(header::X_FRAME_OPTIONS, "DENY"))
        .with_state(services)
}

fn always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

/// Until the schema is up to date, every page says that Layover is starting. From then on each
/// request is a task of its own, which ends what it began even if its caller goes away: nothing is
/// committed that is not published too.
async fn handle(State(services): State<Services>, request: Request, next: Next) -> Response {
    if !services.readiness.is_open() {
        return pages::starting(&services.leptos, &request);
    }
    let handled = tokio::spawn(next.run(request)).await;
    handled.unwrap_or_else(|failed| pages::panicked(Box::new(failed)))
}

/// `GET /live`: the WebSocket, for pages of this very host and whoever is signed in on them.
async fn live(
    State(services): State<Services>,
    Extension(meter): Extension<Meter>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !origins::is_own_origin(&headers, &services.public_url) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let token = services.accounts.cookies().read(&headers);
    upgrade
        .protocols([wire::SUBPROTOCOL])
        // A connection that is idle holds little: what is written goes out at once, and what is
        // read fits the frames of people.
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(MOST_UNWRITTEN)
        .max_message_size(wire::MOST_BYTES)
        .max_frame_size(wire::MOST_BYTES)
        .on_upgrade(move |socket| {
            let Services {
                hub,
                ports,
                accounts,
                ..
            } = services;
            hub::connect(socket, meter, hub, ports, accounts, token)
        })
}
