//! The doors `POST /api/blocks/…`.

use leptos::prelude::*;

use crate::{
    accounts::User,
    doors::{Answer, Door},
    error::AppError,
    ids::UserId,
};

/// Blocks somebody, who is named by their id or by their handle.
#[server(prefix = "/api", endpoint = "blocks/add", input = Door, output = Answer)]
pub async fn add_block(user: Option<UserId>, handle: Option<String>) -> Result<(), AppError> {
    use crate::{accounts::Handle, context, error::ErrorCode};

    let blocks = context::blocks();
    let viewer = context::signed_in()?;
    match (user, handle) {
        (Some(user), _) => blocks.add(&viewer, user).await,
        (None, Some(handle)) => blocks.add_named(&viewer, &Handle::parse(&handle)?).await,
        (None, None) => Err(ErrorCode::BadRequest.into()),
    }
}

/// Blocks somebody no longer.
#[server(prefix = "/api", endpoint = "blocks/remove", input = Door, output = Answer)]
pub async fn remove_block(user: UserId) -> Result<(), AppError> {
    use crate::context;

    let blocks = context::blocks();
    let viewer = context::signed_in()?;
    blocks.remove(&viewer, user).await
}

/// Whom the caller has blocked.
#[server(prefix = "/api", endpoint = "blocks/list", input = Door, output = Answer)]
pub async fn list_blocks() -> Result<Vec<User>, AppError> {
    use crate::context;

    let blocks = context::blocks();
    let viewer = context::signed_in()?;
    blocks.list(&viewer).await
}
