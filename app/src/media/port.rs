//! What the server does for media, beside taking them in and giving them out.

use async_trait::async_trait;

use super::AltText;
use crate::{accounts::User, error::AppError, ids::MediaId};

#[async_trait]
pub trait Media: Send + Sync {
    /// Says what something of the viewer's own shows, for those who cannot see it: from the first moment of its
    /// upload until a message shows it.
    async fn describe(&self, viewer: &User, media: MediaId, alt: AltText) -> Result<(), AppError>;
}
