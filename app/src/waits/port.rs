//! What the server does for waits.

use async_trait::async_trait;

use super::WaitView;
use crate::error::AppError;

/// What is asked for. What is left out is chosen: all offices, and the step of which most is known.
#[derive(Debug, Clone, Copy)]
pub struct WaitQuery<'a> {
    /// The slug of a template.
    pub template: &'a str,
    /// The key of an office.
    pub office: Option<&'a str>,
    /// The keys of two stages, with the government's clock between them.
    pub step: Option<(&'a str, &'a str)>,
}

#[async_trait]
pub trait Waits: Send + Sync {
    /// How long a step takes, from what was made last. Everybody may know it.
    async fn read(&self, query: WaitQuery<'_>) -> Result<WaitView, AppError>;
}
