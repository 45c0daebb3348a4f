//! What is told of a wait: rounded, week by week, and of each thing only what enough people stand behind.

use serde::{Deserialize, Serialize};

use crate::{
    ids::JourneyId,
    journeys::{Date, Office, Template, TemplateLine},
};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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

/// What those who have waited for `waited` weeks may expect, in weeks from then: the time until it is over, in
/// whatever way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlook {
    pub waited: u32,
    /// The last week up to which it serves those who have waited for longer. What was kept without it serves nobody
    /// but them.
    #[serde(default)]
    pub until: u32,
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
    /// The first from the start of the wait, if enough were watched then. Empty below the floor of a median.
    pub outlooks: Vec<Outlook>,
    /// Empty below the floor of a curve.
    pub curve: Vec<Step>,
    pub endings: Vec<Ending>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub histogram: Option<Histogram>,
}

/// The people whose waits lasted for more than `from` weeks, and no longer than `until`; where that is the last week of
/// all bars, those of longer waits are among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    pub from: u32,
    pub until: u32,
    /// To the nearest five.
    pub people: u32,
}

/// How many waits lasted for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram {
    pub ended: Vec<Bar>,
    /// Those that were last heard of then, and went on.
    pub open: Vec<Bar>,
    /// Too few go on to be told of alone: those who ended last are counted among them.
    pub mixed: bool,
}

impl Histogram {
    /// The week with which it ends.
    pub(super) fn end(&self) -> u32 {
        let bars = self.ended.iter().chain(&self.open);
        bars.map(|bar| bar.until).max().unwrap_or(1).max(1)
    }
}

/// Those who began their wait in one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cohort {
    /// Such as `2026-03`.
    pub month: String,
    /// To the nearest five.
    pub people: u32,
    pub histogram: Histogram,
}

/// Offices held against each other, all at once: nobody learns which is the slower one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// How many have enough people.
    pub offices: u32,
    /// Whether their waits differ by more than chance would have it.
    pub differ: bool,
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
    /// What is told of the office by months in which waits began, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cohorts: Vec<Cohort>,
    /// None: fewer than two have enough people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
}

/// Where a journey of the viewer's own stands on a curve. It is told to nobody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    pub journey: JourneyId,
    /// The day on which the wait began.
    pub since: Date,
    /// In days, up to the server's day in UTC.
    pub waited: u32,
    /// How many percent were through after as long a wait. None: that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<u8>,
    /// The wait has lasted for longer than is known of: so many percent still waited after so many weeks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beyond: Option<Term>,
    /// None where too few have waited as long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forecast: Option<Forecast>,
}

/// By when it is likely to come, from those who had waited for `waited` weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    pub waited: u32,
    /// To the nearest five.
    pub people: u32,
    pub median: By,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
}

/// Half of them were through between `q25` and `q75`, eight of ten between `q10` and `q90`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub q10: By,
    pub q25: By,
    pub q75: By,
    pub q90: By,
}

/// A day, never one that is past; or the answer that nobody knows: `waiting` percent still wait then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    pub on: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<u8>,
}

/// What a journey of the viewer's own waits for next, and where it stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaited {
    /// Without the template's offices.
    pub wait: WaitView,
    pub position: Position,
}

/// How often ranges of eighty percent were right, of forecasts whose weeks are over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// To the nearest five, as `forecasts` and `unknown`.
    pub people: u32,
    pub forecasts: u32,
    /// In percent of those of which it is known, with an interval of 95 percent.
    pub within: u8,
    pub lower: u8,
    pub upper: u8,
    /// Of how many more nobody has said what became of them. None if they are fewer than five people's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<u32>,
}

/// How often what was told of a kind of journey was right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calibration {
    pub template: TemplateLine,
    pub made_on: Date,
    pub coverage: Coverage,
    /// Those of which enough is known for themselves.
    pub steps: Vec<CalibrationStep>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalibrationStep {
    pub from: StageName,
    pub to: StageName,
    pub made_on: Date,
    pub coverage: Coverage,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageName {
    pub key: String,
    pub name: String,
}
