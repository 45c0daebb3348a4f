//! What is wrong with a file, where.

use std::fmt;

use thiserror::Error;

/// A file of templates or offices that breaks a rule.
#[derive(Clone, Debug, Error, PartialEq)]
pub struct InvalidTemplate {
    /// Its folder and name.
    pub file: String,
    /// The stage or office whose line it is, if it is one's.
    pub key: Option<String>,
    #[source]
    pub rule: Rule,
}

impl fmt::Display for InvalidTemplate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "server/journeys/{}", self.file)?;
        if let Some(key) = &self.key {
            write!(out, ", `{key}`")?;
        }
        write!(out, ": {}", self.rule)
    }
}

/// What a file must keep to.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum Rule {
    /// It is no TOML, or has a field or value that there is not.
    #[error("{0}")]
    Unreadable(#[from] Box<toml::de::Error>),
    #[error("a file's name is small letters, digits and hyphens, and ends in .toml")]
    FileName,
    #[error("`{0}` must not be empty")]
    Blank(&'static str),
    #[error("`version` starts at 1")]
    Version,
    #[error("`country` is two capital letters")]
    Country,
    #[error("`source_url` is an https address of the authority")]
    Source,
    #[error("either `verified_on` tells the day, or `unverified` what it was written from")]
    Verification,
    #[error("`verified_on` is a day, such as 2026-03-01, without quotes or time")]
    NotADay,
    #[error("a key is small letters, digits and underscores, and begins with a letter")]
    Key,
    #[error("the key is used twice")]
    KeyTwice,
    #[error("`{0}` names two different ones")]
    NameTwice(String),
    #[error("a template has two stages or more")]
    TooFewStages,
    #[error("the first stage is what every journey begins with: it is not optional")]
    OptionalBeginning,
    #[error("only the government decides how a journey ends")]
    OutcomeByOthers,
    #[error("there is no stage `{0}`")]
    UnknownStage(String),
    #[error("the transition to `{0}` leads back")]
    Backwards(String),
    #[error("the transition to `{0}` is there twice")]
    TransitionTwice(String),
    #[error("a template has a transition on the government's clock: nothing else is counted")]
    NothingToWaitFor,
    #[error("there is no list of offices `{0}`")]
    UnknownOffices(String),
    #[error("a list of offices holds one or more")]
    NoOffice,
}
