//! What is told of a wait: rounded, week by week, and of each thing only what enough people stand behind.

use serde::{Deserialize, Serialize};

use crate::journeys::{Date, Office, Template};

/// Which journeys an answer rests on: the smallest group of which a median may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Those of this office that began in one quarter of a year.
    Quarter,
    /// Those of this office that began within the last twelve months or so.
    Office,
    /// Those of all offices.
    All,
}

/// What ends a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// It has come.
    Come,
    Refused,
    Withdrawn,
    Returned,
    /// The case has gone on without it.
    Passed,
}

/// So many weeks, or the answer that nobody knows yet: `waiting` percent still wait after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    pub weeks: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<u8>,
}

/// A median with its interval of 95 percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimate {
    pub estimate: Term,
    pub lower: Term,
    pub upper: Term,
}

/// Between `q10` and `q90` eight of ten are through, between `q25` and `q75` half of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranges {
    pub q10: Term,
    pub q25: Term,
    pub q75: Term,
    pub q90: Term,
}

/// What those who have waited for `waited` weeks may expect, in weeks from then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlook {
    pub waited: u32,
    /// To the nearest five.
    pub people: u32,
    pub median: Estimate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ranges: Option<Ranges>,
}

/// How many percent still wait at the beginning of a week, and between which two that lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub week: u32,
    pub waiting: u8,
    pub lower: u8,
    pub upper: u8,
}

/// Ways to end that are told together, with the percent that have ended so by the beginning of each week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    pub ends: Vec<End>,
    pub shares: Vec<u8>,
}

/// What is told of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// To the nearest five, as `ended`.
    pub people: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<u32>,
    /// The first from the start of the wait. Empty below the floor of a median.
    pub outlooks: Vec<Outlook>,
    /// Empty below the floor of a curve.
    pub curve: Vec<Step>,
    pub endings: Vec<Ending>,
}

/// How long a step takes, as far as it may be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitView {
    pub template: Template,
    /// The step: keys of two stages.
    pub from: String,
    pub to: String,
    /// The office that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<Office>,
    pub level: Level,
    /// Such as `2026-Q1`, at that level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarter: Option<String>,
    /// None: too few people for anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<Figures>,
    /// When they were made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_on: Option<Date>,
}
