//! A way to a visa.

use app::journeys::{Actor, Category, Clock, Outcome, StageKind};
use serde::Deserialize;
use time::Date;

/// All that a journey of this kind may go through. Its stages are in their usual order; a journey that
/// takes another is warned of, never stopped.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// The name of its file; stays for ever.
    pub slug: String,
    /// Grows with every change of stages or transitions.
    pub version: u32,
    /// Two letters as in ISO 3166, or `EU`.
    pub country: String,
    pub authority: String,
    pub name: String,
    pub category: Category,
    /// The authority's own page.
    pub source_url: String,
    pub verification: Verification,
    /// The lists of offices that a case may lie with.
    pub offices: Vec<String>,
    pub stages: Vec<Stage>,
    pub transitions: Vec<Transition>,
}

impl Template {
    /// Whether not every case goes through a stage.
    pub fn is_optional(&self, key: &str) -> bool {
        let mut stages = self.stages.iter();
        stages.any(|stage| stage.key == key && stage.optional)
    }
}

/// Whether somebody has read the stages against the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verification {
    /// The day on which somebody last did.
    On(Date),
    /// Nobody has; what it was written from instead.
    Outstanding(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Stays for ever within its template.
    pub key: String,
    /// As the authority calls it.
    pub name: String,
    /// What else people call it, for import and search.
    #[serde(default)]
    pub aliases: Vec<String>,
    pub actor: Actor,
    pub kind: StageKind,
    #[serde(default)]
    pub optional: bool,
    #[serde(default)]
    pub repeatable: bool,
    /// How the journey has ended once this has happened.
    pub outcome: Option<Outcome>,
}

/// A step from one stage to a later one, by their keys.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    pub from: String,
    pub to: String,
    pub clock: Clock,
}
