//! Ways to a visa, as the server knows them: their stages, and the offices where cases lie.

use serde::{Deserialize, Serialize};

use super::Outcome;

/// A template by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateLine {
    /// What addresses and journeys call it; stays for ever.
    pub slug: String,
    /// Two letters as in ISO 3166, or `EU`.
    pub country: String,
    pub authority: String,
    pub name: String,
    pub category: Category,
}

/// All that a journey of this kind may go through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    pub slug: String,
    pub country: String,
    pub authority: String,
    pub name: String,
    pub category: Category,
    pub version: u32,
    /// The authority's own page.
    pub source_url: String,
    /// The day on which somebody last read the stages against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_on: Option<String>,
    /// What it was written from, if nobody has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unverified: Option<String>,
    /// In their usual order.
    pub stages: Vec<Stage>,
    pub transitions: Vec<Transition>,
    /// Where a case may lie.
    #[serde(default)]
    pub offices: Vec<Office>,
}

impl Template {
    /// The template by its name.
    pub fn line(&self) -> TemplateLine {
        TemplateLine {
            slug: self.slug.clone(),
            country: self.country.clone(),
            authority: self.authority.clone(),
            name: self.name.clone(),
            category: self.category,
        }
    }

    pub fn stage(&self, key: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.key == key)
    }

    /// Where a stage stands in their order.
    pub fn place(&self, key: &str) -> Option<usize> {
        self.stages.iter().position(|stage| stage.key == key)
    }

    pub fn office(&self, key: &str) -> Option<&Office> {
        self.offices.iter().find(|office| office.key == key)
    }

    /// Whom one waits for between two stages, if anybody counts it.
    pub fn clock(&self, from: &str, to: &str) -> Option<Clock> {
        let mut steps = self.transitions.iter();
        steps
            .find(|step| step.from == from && step.to == to)
            .map(|step| step.clock)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Stays for ever within its template.
    pub key: String,
    /// As the authority calls it.
    pub name: String,
    /// What else people call it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    pub actor: Actor,
    pub kind: StageKind,
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub repeatable: bool,
    /// How the journey has ended once this has happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

/// A step from one stage to a later one, by their keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    pub from: String,
    pub to: String,
    pub clock: Clock,
}

/// An office of an authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// Stays for ever, and is unique among all offices.
    pub key: String,
    pub name: String,
    pub kind: OfficeKind,
    pub country: String,
    pub authority: String,
}

macro_rules! named {
    ($($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $case:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$note])* $case),* }
    )*};
}

named! {
    Category { Family, Work, Study, Visit, Residence, Citizenship }

    /// Who makes a stage happen.
    Actor { Applicant, Government, Employer, School }

    StageKind {
        Submit,
        Receipt,
        Biometrics,
        Medical,
        /// A request for evidence.
        Rfe,
        RfeReply,
        /// From one office to another.
        Transfer,
        InterviewSet,
        Interview,
        AdminProcessing,
        Decision,
        Document,
        Entry,
        /// After arrival.
        Post,
    }

    /// Whom one waits for. Only waiting for the government is counted.
    Clock { Government, Applicant }

    OfficeKind {
        ServiceCentre,
        FieldOffice,
        Consulate,
        /// A visa application centre, which takes applications and decides nothing.
        Vac,
        Bureau,
        School,
    }
}
