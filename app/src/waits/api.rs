//! The doors `POST /api/waits/…`.

use leptos::prelude::*;

use super::WaitView;
use crate::{
    doors::{Answer, Door},
    error::AppError,
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
    let query = WaitQuery {
        template: &template,
        office: (!office.is_empty()).then_some(office.as_str()),
        step: (!from.is_empty() && !to.is_empty()).then_some((from.as_str(), to.as_str())),
    };
    waits.read(query).await
}
