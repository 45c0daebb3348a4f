//! The doors `POST /api/waits/…`.

use leptos::prelude::*;

use super::{Awaited, Calibration, Position, WaitView};
use crate::{
    doors::{Answer, Door},
    error::AppError,
    ids::JourneyId,
};

/// How long a step of a journey takes.
#[server(prefix = "/api", endpoint = "waits/read", input = Door, output = Answer)]
pub async fn read_wait(
    template: String,
    #[server(default)] office: String,
    #[server(default)] from: String,
    #[server(default)] to: String,
) -> Result<WaitView, AppError> {
    use super::WaitQuery;
    use crate::context;

    let waits = context::waits();
    let query = WaitQuery::of(&template, &office, &from, &to);
    waits.read(query).await
}

/// How often what was told was right, by kinds of journeys.
#[server(prefix = "/api", endpoint = "waits/calibration", input = Door, output = Answer)]
pub async fn read_calibration() -> Result<Vec<Calibration>, AppError> {
    crate::context::waits().calibration().await
}

/// Where the caller's own journeys stand that wait for this step now. Nobody has none.
#[server(prefix = "/api", endpoint = "waits/positions", input = Door, output = Answer)]
pub async fn list_positions(
    template: String,
    #[server(default)] office: String,
    #[server(default)] from: String,
    #[server(default)] to: String,
) -> Result<Vec<Position>, AppError> {
    use super::WaitQuery;
    use crate::context;

    let waits = context::waits();
    let reply = context::reply();
    let Some(viewer) = context::viewer() else {
        return Ok(Vec::new());
    };
    // Also of the page that shows it.
    reply.forbid_storing();
    let query = WaitQuery::of(&template, &office, &from, &to);
    waits.positions(&viewer, query).await
}

/// What a journey of the caller's own waits for next, and where it stands there.
#[server(prefix = "/api", endpoint = "waits/awaited", input = Door, output = Answer)]
pub async fn read_awaited(journey: JourneyId) -> Result<Option<Awaited>, AppError> {
    use crate::context;

    let waits = context::waits();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    reply.forbid_storing();
    waits.awaited(&viewer, journey).await
}
