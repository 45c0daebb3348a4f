//! The doors by which an account ends: `POST /api/accounts/…`.

use leptos::prelude::*;

use super::{Deletion, DeletionView};
use crate::{
    doors::{Answer, Door},
    error::AppError,
};

/// The page that these doors stand on.
#[cfg(feature = "ssr")]
const PAGE: &str = "/settings/data";

/// Asks for the end of the caller's account. `messages` is `keep` or `erase`.
#[server(prefix = "/api", endpoint = "accounts/delete", input = Door, output = Answer)]
pub async fn delete_account(
    messages: String,
    #[server(default)] current: String,
    #[server(default)] handle: String,
) -> Result<Deletion, AppError> {
    use super::Proof;
    use crate::context;

    let deletions = context::deletions();
    let reply = context::reply();
    let browser = context::browser();
    let viewer = context::signed_in()?;
    let proof = Proof {
        current: &current,
        handle: &handle,
    };
    let asked = deletions
        .ask(&viewer, &browser, proof, messages.parse()?)
        .await?;
    reply.go_to(PAGE);
    Ok(asked)
}

/// Takes that back, while the account is there.
#[server(prefix = "/api", endpoint = "accounts/keep", input = Door, output = Answer)]
pub async fn keep_account() -> Result<(), AppError> {
    use crate::context;

    let deletions = context::deletions();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    deletions.take_back(&viewer).await?;
    reply.go_to(PAGE);
    Ok(())
}

/// How the caller's account stands to its end.
#[server(prefix = "/api", endpoint = "accounts/deletion", input = Door, output = Answer)]
pub async fn read_deletion() -> Result<DeletionView, AppError> {
    use crate::context;

    let deletions = context::deletions();
    let viewer = context::signed_in()?;
    deletions.read(&viewer).await
}
