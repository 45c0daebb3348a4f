//! What the server does for journeys.

use async_trait::async_trait;

use super::{
    Blur, Date, Gathering, JourneyLine, JourneyView, Outcome, Precision, Status, Template,
    TemplateLine, Visibility,
};
use crate::{
    accounts::{Handle, User},
    error::AppError,
    ids::{EventId, JourneyId, RoomId},
    reports::Note,
};

/// A journey to be begun.
#[derive(Debug, Clone)]
pub struct NewJourney {
    /// The slug of its template.
    pub template: String,
    /// The key of an office.
    pub office: Option<String>,
    /// The first thing that has happened. Without a key it is the template's first stage.
    pub stage: Option<String>,
    pub on: Date,
    pub precision: Precision,
    pub visibility: Visibility,
    pub counted: bool,
}

/// What is said of a stage.
#[derive(Debug, Clone)]
pub struct Recording {
    pub stage: String,
    pub status: Status,
    pub on: Date,
    pub precision: Precision,
    pub note: Note,
}

/// Who sees a journey, how, and whether it counts.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    pub visibility: Visibility,
    /// Whose members see it, when it is shown to those of a room.
    pub room: Option<RoomId>,
    pub counted: bool,
    pub blur: Blur,
    pub parent: Option<JourneyId>,
}

/// Whatever changes a journey is its owner's to do, and answers with what has become of it. A journey that
/// is not there and one that the viewer may not see are the same error.
#[async_trait]
pub trait Journeys: Send + Sync {
    /// All templates, by country and name.
    fn templates(&self) -> Vec<TemplateLine>;

    /// A template with its stages and offices.
    fn template(&self, slug: &str) -> Result<Template, AppError>;

    /// The viewer's own, the newest first.
    async fn list(&self, viewer: &User) -> Result<Vec<JourneyLine>, AppError>;

    /// What the viewer may see of a journey: all of one's own, and of others' what they show.
    async fn open(
        &self,
        viewer: Option<&User>,
        journey: JourneyId,
    ) -> Result<JourneyView, AppError>;

    /// The journeys of whoever has this handle, the newest first, each as others see it and without the offices
    /// that its template offers: those that are shown to the viewer, and of one's own those that are shown to
    /// anybody. Between two of whom one has blocked the other it is what strangers see; of somebody who is
    /// suspended, nothing.
    async fn of(
        &self,
        viewer: Option<&User>,
        handle: &Handle,
    ) -> Result<Vec<JourneyView>, AppError>;

    /// Begins one. At most 50 for each person.
    async fn create(&self, viewer: &User, new: NewJourney) -> Result<JourneyId, AppError>;

    /// Says when a stage has happened, or is to. It takes the place of what was said of that stage, unless
    /// both have happened and it is one that may happen more than once. At most 300 for each journey.
    async fn record(
        &self,
        viewer: &User,
        journey: JourneyId,
        recording: Recording,
    ) -> Result<JourneyView, AppError>;

    /// Takes back what was said: what it had put right stands again.
    async fn undo(
        &self,
        viewer: &User,
        journey: JourneyId,
        event: EventId,
    ) -> Result<JourneyView, AppError>;

    /// The case lies with this office from a stage on; without one from the last that has happened.
    async fn transfer(
        &self,
        viewer: &User,
        journey: JourneyId,
        office: &str,
        from: Option<&str>,
    ) -> Result<JourneyView, AppError>;

    /// The owner is still waiting.
    async fn confirm(&self, viewer: &User, journey: JourneyId) -> Result<JourneyView, AppError>;

    /// How it has ended and when, where no stage says it; `pending` takes that back.
    async fn end(
        &self,
        viewer: &User,
        journey: JourneyId,
        outcome: Outcome,
        on: Option<Date>,
    ) -> Result<JourneyView, AppError>;

    async fn update(
        &self,
        viewer: &User,
        journey: JourneyId,
        settings: Settings,
    ) -> Result<JourneyView, AppError>;

    /// Shows its stage beside the owner's name in these rooms of theirs, in the place of another journey's, and
    /// in no other. Whoever sees the journey, this tells members of the room the name of its last stage, and
    /// nothing else of it.
    async fn show_badges(
        &self,
        viewer: &User,
        journey: JourneyId,
        rooms: &[RoomId],
    ) -> Result<JourneyView, AppError>;

    /// The room of those on the same way. When there is none yet it is made, and the viewer owns it.
    async fn cohort(
        &self,
        viewer: &User,
        journey: JourneyId,
        gathering: Gathering,
    ) -> Result<RoomId, AppError>;

    /// With everything that was ever said of it.
    async fn delete(&self, viewer: &User, journey: JourneyId) -> Result<(), AppError>;
}
