//! The doors `POST /api/media/…`.

use leptos::prelude::*;

use crate::{
    doors::{Answer, Door},
    error::AppError,
    ids::MediaId,
};

/// Says what something shows that one is sending in, or has sent in and not shown yet.
#[server(prefix = "/api", endpoint = "media/describe", input = Door, output = Answer)]
pub async fn describe_media(media: MediaId, alt: String) -> Result<(), AppError> {
    use super::AltText;
    use crate::context;

    let port = context::media();
    let viewer = context::signed_in()?;
    port.describe(&viewer, media, AltText::parse(&alt)?).await
}
