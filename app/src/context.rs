//! The only reader of Leptos's context on the server: what the request brought, and the ports.
//!
//! Read before the first `.await`: after it the context may be another request's.

use std::sync::Arc;

use http::{HeaderName, HeaderValue, StatusCode, header};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;

use crate::{
    accounts::{Accounts, Browser, User},
    blocks::Blocks,
    deletions::Deletions,
    error::{AppError, ErrorCode},
    identities::Identities,
    invites::Invites,
    journeys::Journeys,
    media::Media,
    messages::Messages,
    profiles::Profiles,
    reads::Reads,
    reports::Reports,
    rooms::Rooms,
    ui::Refusal,
    waits::Waits,
};

/// The use cases that pages and doors call, implemented by the server, and where people find it.
#[derive(Clone)]
pub struct Ports {
    pub accounts: Arc<dyn Accounts>,
    pub rooms: Arc<dyn Rooms>,
    pub invites: Arc<dyn Invites>,
    pub identities: Arc<dyn Identities>,
    pub messages: Arc<dyn Messages>,
    pub media: Arc<dyn Media>,
    pub reads: Arc<dyn Reads>,
    pub blocks: Arc<dyn Blocks>,
    pub reports: Arc<dyn Reports>,
    pub deletions: Arc<dyn Deletions>,
    pub profiles: Arc<dyn Profiles>,
    pub journeys: Arc<dyn Journeys>,
    pub waits: Arc<dyn Waits>,
    /// The address that people type, without a slash at its end.
    pub public_url: Arc<str>,
}

/// Who asks, as the session cookie of the request says, and with what.
#[derive(Clone)]
pub struct Caller {
    pub user: Option<User>,
    pub browser: Browser,
}

/// Provides everything that this module reads.
pub fn provide(ports: &Ports, caller: &Caller, refusal: Option<&Refusal>) {
    provide_context(ports.clone());
    provide_context(caller.clone());
    if let Some(refusal) = refusal {
        provide_context(refusal.clone());
    }
}

fn ports() -> Ports {
    use_context().expect("the router provides the ports to each page and door")
}

pub fn accounts() -> Arc<dyn Accounts> {
    ports().accounts
}

pub fn rooms() -> Arc<dyn Rooms> {
    ports().rooms
}

pub fn invites() -> Arc<dyn Invites> {
    ports().invites
}

pub fn identities() -> Arc<dyn Identities> {
    ports().identities
}

pub fn messages() -> Arc<dyn Messages> {
    ports().messages
}

pub fn media() -> Arc<dyn Media> {
    ports().media
}

pub fn reads() -> Arc<dyn Reads> {
    ports().reads
}

pub fn blocks() -> Arc<dyn Blocks> {
    ports().blocks
}

pub fn reports() -> Arc<dyn Reports> {
    ports().reports
}

pub fn deletions() -> Arc<dyn Deletions> {
    ports().deletions
}

pub fn profiles() -> Arc<dyn Profiles> {
    ports().profiles
}

pub fn journeys() -> Arc<dyn Journeys> {
    ports().journeys
}

pub fn waits() -> Arc<dyn Waits> {
    ports().waits
}

/// The address that people type, without a slash at its end.
pub fn public_url() -> Arc<str> {
    ports().public_url
}

/// The person who is signed in, if anybody.
pub fn viewer() -> Option<User> {
    use_context::<Caller>().and_then(|caller| caller.user)
}

/// The person who is signed in, or the error that asks to sign in.
pub fn signed_in() -> Result<User, AppError> {
    viewer().ok_or_else(|| ErrorCode::SignInNeeded.into())
}

/// The browser, or the program, that sent this request.
pub fn browser() -> Browser {
    let caller: Option<Caller> = use_context();
    caller
        .expect("the router provides the caller to each page and door")
        .browser
}

/// The form post that was refused and that this page is the answer to.
pub fn refusal() -> Option<Refusal> {
    use_context()
}

/// What the answer carries beside its body. Taken before the first `.await`, used after it.
#[derive(Clone)]
pub struct Reply(Option<ResponseOptions>);

/// The answer of the page or door that is being made.
pub fn reply() -> Reply {
    Reply(use_context())
}

impl Reply {
    pub fn set_cookies(&self, values: &[String]) {
        for value in values {
            self.append(header::SET_COOKIE, value);
        }
    }

    /// Where a form's sender goes next; a caller of the JSON door learns it from the same header.
    pub fn go_to(&self, path: &str) {
        self.append(header::LOCATION, path);
    }

    /// Nothing on the way may keep the answer, nor the browser.
    pub fn forbid_storing(&self) {
        if let Some(options) = &self.0 {
            let never = HeaderValue::from_static("no-store");
            options.insert_header(header::CACHE_CONTROL, never);
        }
    }

    pub fn set_status(&self, code: ErrorCode) {
        if let (Some(options), Ok(status)) = (&self.0, StatusCode::from_u16(code.status())) {
            options.set_status(status);
        }
    }

    fn append(&self, name: HeaderName, value: &str) {
        if let (Some(options), Ok(value)) = (&self.0, HeaderValue::from_str(value)) {
            options.append_header(name, value);
        }
    }
}

/// Tells the browser to run no script but ours, on the page that is being rendered.
pub(crate) fn restrict_scripts() {
    let Some(nonce) = use_nonce() else { return };
    // The reloader of `make dev` listens on a port of its own.
    let reloader = if std::env::var_os("LEPTOS_WATCH").is_some() {
        " ws:"
    } else {
        ""
    };
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'{reloader}; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    );
    reply().append(header::CONTENT_SECURITY_POLICY, &policy);
}
