//! The doors `POST /api/journeys/…`.
#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "a server function is async")
)]

use leptos::prelude::*;

use super::{JourneyLine, JourneyReply, JourneyView, Template, TemplateLine};
use crate::{
    doors::{Answer, Door},
    error::AppError,
    ids::{EventId, JourneyId, RoomId},
    rooms::RoomReply,
};

/// All templates.
#[server(prefix = "/api", endpoint = "journeys/templates", input = Door, output = Answer)]
pub async fn list_templates() -> Result<Vec<TemplateLine>, AppError> {
    Ok(crate::context::journeys().templates())
}

/// A template with its stages and offices.
#[server(prefix = "/api", endpoint = "journeys/template", input = Door, output = Answer)]
pub async fn read_template(template: String) -> Result<Template, AppError> {
    crate::context::journeys().template(&template)
}

/// The caller's own.
#[server(prefix = "/api", endpoint = "journeys/list", input = Door, output = Answer)]
pub async fn list_journeys() -> Result<Vec<JourneyLine>, AppError> {
    use crate::context;

    let journeys = context::journeys();
    let viewer = context::signed_in()?;
    journeys.list(&viewer).await
}

/// What the caller may see of a journey.
#[server(prefix = "/api", endpoint = "journeys/open", input = Door, output = Answer)]
pub async fn open_journey(journey: JourneyId) -> Result<JourneyView, AppError> {
    use crate::context;

    let journeys = context::journeys();
    let viewer = context::viewer();
    journeys.open(viewer.as_ref(), journey).await
}

/// The journeys of whoever has this handle, as far as they are shown to the caller.
#[server(prefix = "/api", endpoint = "journeys/of", input = Door, output = Answer)]
pub async fn list_journeys_of(handle: String) -> Result<Vec<JourneyView>, AppError> {
    use crate::{accounts::Handle, context, error::ErrorCode};

    let journeys = context::journeys();
    let viewer = context::viewer();
    // What is no handle is nobody's.
    let handle = Handle::parse(&handle).map_err(|_| ErrorCode::PersonUnknown)?;
    journeys.of(viewer.as_ref(), &handle).await
}

/// Begins a journey with the first thing that has happened.
#[server(prefix = "/api", endpoint = "journeys/create", input = Door, output = Answer)]
pub async fn create_journey(
    template: String,
    #[server(default)] office: String,
    #[server(default)] stage: String,
    on: String,
    #[server(default)] precision: String,
    #[server(default)] visibility: String,
    #[server(default)] counted: bool,
) -> Result<JourneyReply, AppError> {
    use super::{
        NewJourney, Precision, Visibility,
        parts::{about, chosen, given},
    };
    use crate::{context, error::ErrorCode};

    let journeys = context::journeys();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let visibility = chosen("visibility", &visibility, Visibility::Private)?;
    // There is no room yet to whose members it would be shown.
    if visibility == Visibility::Room {
        return Err(about("visibility", ErrorCode::ChoiceInvalid));
    }
    let new = NewJourney {
        template,
        office: given(office),
        stage: given(stage),
        on: on.parse()?,
        precision: chosen("precision", &precision, Precision::Day)?,
        visibility,
        counted,
    };
    let journey = journeys.create(&viewer, new).await?;
    reply.go_to(&format!("/journeys/{journey}"));
    Ok(JourneyReply { journey })
}

/// Says when a stage has happened, or is to. With `mask`, case numbers in the note are hidden; without it
/// they are refused.
#[server(prefix = "/api", endpoint = "journeys/record", input = Door, output = Answer)]
pub async fn record_stage(
    journey: JourneyId,
    stage: String,
    on: String,
    #[server(default)] precision: String,
    #[server(default)] status: String,
    #[server(default)] note: String,
    #[server(default)] mask: bool,
) -> Result<JourneyView, AppError> {
    use super::{
        Precision, Recording, Status, mask_case_numbers, parts::chosen, without_case_number,
    };
    use crate::{context, reports::Note};

    let journeys = context::journeys();
    let viewer = context::signed_in()?;
    let note = if mask { mask_case_numbers(&note) } else { note };
    let note = Note::parse(&note)?;
    without_case_number("note", note.as_str())?;
    let recording = Recording {
        stage,
        status: chosen("status", &status, Status::Happened)?,
        on: on.parse()?,
        precision: chosen("precision", &precision, Precision::Day)?,
        note,
    };
    journeys.record(&viewer, journey, recording).await
}

/// Takes back what was said of a stage.
#[server(prefix = "/api", endpoint = "journeys/undo", input = Door, output = Answer)]
pub async fn undo_stage(journey: JourneyId, event: EventId) -> Result<JourneyView, AppError> {
    use crate::context;

    let journeys = context::journeys();
    let viewer = context::signed_in()?;
    journeys.undo(&viewer, journey, event).await
}

/// The case lies with another office, from a stage on.
#[server(prefix = "/api", endpoint = "journeys/transfer", input = Door, output = Answer)]
pub async fn transfer_journey(
    journey: JourneyId,
    office: String,
    #[server(default)] from: String,
) -> Result<JourneyView, AppError> {
    use super::parts::given;
    use crate::context;

    let journeys = context::journeys();
    let viewer = context::signed_in()?;
    let from = given(from);
    journeys
        .transfer(&viewer, journey, &office, from.as_deref())
        .await
}

/// Still waiting.
#[server(prefix = "/api", endpoint = "journeys/confirm", input = Door, output = Answer)]
pub async fn confirm_journey(journey: JourneyId) -> Result<JourneyView, AppError> {
    use crate::context;

    let journeys = context::journeys();
    let viewer = context::signed_in()?;
    journeys.confirm(&viewer, journey).await
}

/// How a journey has ended, where no stage says it.
#[server(prefix = "/api", endpoint = "journeys/end", input = Door, output = Answer)]
pub async fn end_journey(
    journey: JourneyId,
    outcome: String,
    #[server(default)] on: String,
) -> Result<JourneyView, AppError> {
    use super::{
        Date, Outcome,
        parts::{chosen, given},
    };
    use crate::context;

    let journeys = context::journeys();
    let viewer = context::signed_in()?;
    let outcome = chosen("outcome", &outcome, Outcome::Pending)?;
    let on = given(on).map(|on| on.parse::<Date>()).transpose()?;
    journeys.end(&viewer, journey, outcome, on).await
}

/// Who sees a journey, how, and whether it counts. What is left out is private and not counted.
#[server(prefix = "/api", endpoint = "journeys/update", input = Door, output = Answer)]
pub async fn update_journey(
    journey: JourneyId,
    #[server(default)] visibility: String,
    #[server(default)] room: String,
    #[server(default)] counted: bool,
    #[server(default)] blur: String,
    #[server(default)] parent: String,
) -> Result<JourneyView, AppError> {
    use super::{
        Blur, Settings, Visibility,
        parts::{about, chosen, named},
    };
    use crate::{context, error::ErrorCode};

    let journeys = context::journeys();
    let viewer = context::signed_in()?;
    let visibility = chosen("visibility", &visibility, Visibility::Private)?;
    let room = named("room", &room)?;
    // Else nobody would see it, though its owner thinks so.
    if visibility == Visibility::Room && room.is_none() {
        return Err(about("room", ErrorCode::ChoiceInvalid));
    }
    let settings = Settings {
        visibility,
        room,
        counted,
        blur: chosen("blur", &blur, Blur::Month)?,
        parent: named("parent", &parent)?,
    };
    journeys.update(&viewer, journey, settings).await
}

/// Shows its stage beside the owner's name in these rooms, and in no other.
#[server(prefix = "/api", endpoint = "journeys/badges", input = Door, output = Answer)]
pub async fn show_badges(
    journey: JourneyId,
    #[server(default)] rooms: Vec<RoomId>,
) -> Result<JourneyView, AppError> {
    use crate::context;

    let journeys = context::journeys();
    let viewer = context::signed_in()?;
    journeys.show_badges(&viewer, journey, &rooms).await
}

/// Joins the room of those on the same way as the caller's journey; without anybody in it, it is made.
#[server(prefix = "/api", endpoint = "journeys/join", input = Door, output = Answer)]
pub async fn join_cohort(journey: JourneyId, gathering: String) -> Result<RoomReply, AppError> {
    use super::parts::about;
    use crate::context;

    let (journeys, rooms) = (context::journeys(), context::rooms());
    let reply = context::reply();
    let viewer = context::signed_in()?;
    let gathering = gathering.parse().map_err(|code| about("gathering", code))?;
    let room = journeys.cohort(&viewer, journey, gathering).await?;
    let room = rooms.join(&viewer, room).await?;
    reply.go_to(&format!("/rooms/{}", room.id));
    Ok(RoomReply { room })
}

/// Deletes a journey with everything that was said of it.
#[server(prefix = "/api", endpoint = "journeys/delete", input = Door, output = Answer)]
pub async fn delete_journey(journey: JourneyId) -> Result<(), AppError> {
    use crate::context;

    let journeys = context::journeys();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    journeys.delete(&viewer, journey).await?;
    reply.go_to("/journeys");
    Ok(())
}
