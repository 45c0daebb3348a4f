//! Visa journeys: through which stages somebody's case has come, and who may see it.
//!
//! Everything of a journey is private until its owner says otherwise, and whether it is counted is another
//! question than who sees it.

mod api;
mod badges;
mod casenumbers;
mod chart;
mod cohorts;
mod dates;
mod forms;
mod line;
mod list;
mod new;
mod page;
#[cfg(feature = "ssr")]
mod parts;
#[cfg(feature = "ssr")]
mod port;
mod settings;
mod share;
mod source;
mod table;
mod templates;
mod timelines;
mod types;
mod words;

pub use api::{
    ConfirmJourney, CreateJourney, DeleteJourney, EndJourney, JoinCohort, RecordStage, ShowBadges,
    TransferJourney, UndoStage, UpdateJourney, confirm_journey, create_journey, delete_journey,
    end_journey, join_cohort, list_journeys, list_journeys_of, list_templates, open_journey,
    read_template, record_stage, show_badges, transfer_journey, undo_stage, update_journey,
};
pub(crate) use badges::Badges;
#[cfg(feature = "ssr")]
pub(crate) use casenumbers::without_case_number;
pub use casenumbers::{Care, case_number_ending, has_case_number, mask_case_numbers};
pub use dates::{Date, Precision};
pub use list::journeys_page;
pub use new::new_journey_page;
pub(crate) use new::offices;
pub use page::journey_page;
#[cfg(feature = "ssr")]
pub use port::{Journeys, NewJourney, Recording, Settings};
pub(crate) use source::Source;
pub use templates::{
    Actor, Category, Clock, Office, OfficeKind, Stage, StageKind, Template, TemplateLine,
    Transition,
};
pub(crate) use timelines::Timelines;
pub use types::{
    Badge, Blur, Gathering, JourneyLine, JourneyReply, JourneyView, Outcome, Own, Reached,
    StageEvent, Status, Stay, Suggestion, Visibility, Warning, WarningKind,
};
pub(crate) use words::country;
