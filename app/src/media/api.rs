//! The doors `POST /api/media/…`.

use leptos::prelude::*;

use crate::{
    doors::{Answer, Door},
    error::AppError,
    ids::MediaId,
};

/// Says what something shows that one is sending in, or has sent in and not shown yet. Case numbers in it are
/// refused, unless the sender says `knowing`.
#[server(prefix = "/api", endpoint = "media/describe", input = Door, output = Answer)]
pub async fn describe_media(
    media: MediaId,
    alt: String,
    #[server(default)] knowing: bool,
) -> Result<(), AppError> {
    use super::AltText;
    use crate::{context, journeys::Care};

    let port = context::media();
    let viewer = context::signed_in()?;
    let alt = AltText::parse(&alt)?.with(Care::of(false, knowing));
    let alt = alt.map_err(|code| AppError::from(code).at("alt"))?;
    port.describe(&viewer, media, alt).await
}
