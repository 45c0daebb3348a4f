//! What the server does for waits.

use async_trait::async_trait;

use super::{Awaited, Calibration, Position, WaitView};
use crate::{accounts::User, error::AppError, ids::JourneyId};

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

impl<'a> WaitQuery<'a> {
    /// As a door or an address has it: what is empty is left out.
    pub fn of(template: &'a str, office: &'a str, from: &'a str, to: &'a str) -> Self {
        Self {
            template,
            office: (!office.is_empty()).then_some(office),
            step: (!from.is_empty() && !to.is_empty()).then_some((from, to)),
        }
    }
}

#[async_trait]
pub trait Waits: Send + Sync {
    /// How long a step takes, from what was made last. Everybody may know it.
    async fn read(&self, query: WaitQuery<'_>) -> Result<WaitView, AppError>;

    /// How often what was told was right, by kinds of journeys: those of which enough is known. Everybody may know it.
    async fn calibration(&self) -> Result<Vec<Calibration>, AppError>;

    /// Where journeys of the viewer's own stand that wait for this step now. Nothing goes into it but what is told
    /// to everybody, and their own days.
    async fn positions(
        &self,
        viewer: &User,
        query: WaitQuery<'_>,
    ) -> Result<Vec<Position>, AppError>;

    /// What a journey of the viewer's own waits for next. None if nothing that is counted.
    async fn awaited(&self, viewer: &User, journey: JourneyId)
    -> Result<Option<Awaited>, AppError>;
}
