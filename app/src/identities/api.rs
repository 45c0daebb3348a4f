//! The doors `POST /api/identities/…`.
#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "a server function is async")
)]

use leptos::prelude::*;

use super::{DepartureReply, Identity, Provider};
use crate::{
    doors::{Answer, Door},
    error::AppError,
    ids::IdentityId,
};

/// The provider that people can sign in through, if there is one.
#[server(prefix = "/api", endpoint = "identities/provider", input = Door, output = Answer)]
pub async fn current_provider() -> Result<Option<Provider>, AppError> {
    Ok(crate::context::identities().provider())
}

/// Begins a sign-in through the provider, after which the browser goes on to `next`. Of another
/// site's address nothing is kept.
#[server(prefix = "/api", endpoint = "identities/start", input = Door, output = Answer)]
pub async fn start_sign_in(#[server(default)] next: String) -> Result<DepartureReply, AppError> {
    use crate::{context, ui::is_local};

    let identities = context::identities();
    let reply = context::reply();
    let browser = context::browser();
    let next = if is_local(&next) { next.as_str() } else { "/" };
    let departure = identities.start(next, &browser).await?;
    reply.set_cookies(&[departure.set_cookie]);
    reply.go_to(&departure.url);
    Ok(DepartureReply { url: departure.url })
}

/// Begins to add an identity to the caller's account.
#[server(prefix = "/api", endpoint = "identities/link", input = Door, output = Answer)]
pub async fn link_identity() -> Result<DepartureReply, AppError> {
    use crate::context;

    let identities = context::identities();
    let reply = context::reply();
    let browser = context::browser();
    let viewer = context::signed_in()?;
    let departure = identities.link(&viewer, &browser).await?;
    reply.set_cookies(&[departure.set_cookie]);
    reply.go_to(&departure.url);
    Ok(DepartureReply { url: departure.url })
}

/// The caller's identities.
#[server(prefix = "/api", endpoint = "identities/list", input = Door, output = Answer)]
pub async fn list_identities() -> Result<Vec<Identity>, AppError> {
    use crate::context;

    let identities = context::identities();
    let viewer = context::signed_in()?;
    identities.list(&viewer).await
}

/// Takes an identity away from the caller's account, and ends their other sessions.
#[server(prefix = "/api", endpoint = "identities/unlink", input = Door, output = Answer)]
pub async fn unlink_identity(identity: IdentityId) -> Result<(), AppError> {
    use crate::context;

    let identities = context::identities();
    let reply = context::reply();
    let browser = context::browser();
    let viewer = context::signed_in()?;
    identities.unlink(&viewer, &browser, identity).await?;
    reply.go_to("/settings/account");
    Ok(())
}
