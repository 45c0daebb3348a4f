//! The files as they are written; see CONTRIBUTING.md.

use app::journeys::{Category, OfficeKind};
use serde::Deserialize;
use time::{Date, Month};
use toml::value::Datetime;

use super::{
    error::Rule,
    office::Office,
    template::{Stage, Template, Transition, Verification},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateFile {
    version: u32,
    country: String,
    authority: String,
    name: String,
    category: Category,
    source_url: String,
    verified_on: Option<Datetime>,
    unverified: Option<String>,
    offices: Vec<String>,
    #[serde(default)]
    stage: Vec<Stage>,
    #[serde(default)]
    transition: Vec<Transition>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficesFile {
    country: String,
    authority: String,
    kind: OfficeKind,
    #[serde(default)]
    office: Vec<OfficeLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficeLine {
    key: String,
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
}

/// A template that is well-formed; [`rules`](super::rules) says whether it makes sense.
pub(super) fn template(slug: &str, text: &str) -> Result<Template, Rule> {
    let file: TemplateFile = toml::from_str(text).map_err(Box::new)?;
    Ok(Template {
        slug: slug.to_owned(),
        version: file.version,
        country: file.country,
        authority: file.authority,
        name: file.name,
        category: file.category,
        source_url: file.source_url,
        verification: verification(file.verified_on, file.unverified)?,
        offices: file.offices,
        stages: file.stage,
        transitions: file.transition,
    })
}

/// A list of offices of one kind and authority.
pub(super) fn offices(text: &str) -> Result<Vec<Office>, Rule> {
    let file: OfficesFile = toml::from_str(text).map_err(Box::new)?;
    let offices = file.office.into_iter().map(|line| Office {
        key: line.key,
        kind: file.kind,
        country: file.country.clone(),
        authority: file.authority.clone(),
        name: line.name,
        aliases: line.aliases,
    });
    Ok(offices.collect())
}

fn verification(on: Option<Datetime>, not: Option<String>) -> Result<Verification, Rule> {
    match (on, not) {
        (Some(on), None) => day(on).map(Verification::On).ok_or(Rule::NotADay),
        (None, Some(why)) if !why.trim().is_empty() => Ok(Verification::Outstanding(why)),
        _ => Err(Rule::Verification),
    }
}

fn day(written: Datetime) -> Option<Date> {
    let (Some(date), None) = (written.date, written.time) else {
        return None;
    };
    let month = Month::try_from(date.month).ok()?;
    Date::from_calendar_date(i32::from(date.year), month, date.day).ok()
}
