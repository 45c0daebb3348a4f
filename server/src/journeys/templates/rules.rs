//! What a template and a list of offices must keep to, beyond their form.

use std::collections::{BTreeMap, BTreeSet};

use app::journeys::{Actor, Clock};
use url::Url;

use super::{
    error::Rule,
    office::Office,
    template::{Stage, Template},
};

/// A broken rule, and the key of the stage or office that breaks it, if it is one's.
pub(super) type Broken = (Option<String>, Rule);

pub(super) fn check_template(
    template: &Template,
    is_list: impl Fn(&str) -> bool,
) -> Result<(), Broken> {
    check_head(template).map_err(of_the_whole)?;
    if let Some(unknown) = template.offices.iter().find(|list| !is_list(list)) {
        return Err(of_the_whole(Rule::UnknownOffices(unknown.clone())));
    }
    check_stages(&template.stages)?;
    check_transitions(template)
}

pub(super) fn check_offices(offices: &[Office]) -> Result<(), Broken> {
    let head = offices.first().ok_or(Rule::NoOffice);
    head.and_then(|office| {
        check_country(&office.country)?;
        check_written("authority", &office.authority)
    })
    .map_err(of_the_whole)?;
    for office in offices {
        let broken = |rule| (Some(office.key.clone()), rule);
        check_key(&office.key, '-').map_err(broken)?;
        check_written("name", &office.name).map_err(broken)?;
    }
    check_keys(offices.iter().map(|office| office.key.as_str()))?;
    check_names(
        offices
            .iter()
            .map(|office| (&*office.key, &office.name, &*office.aliases)),
    )
}

fn check_head(template: &Template) -> Result<(), Rule> {
    if template.version == 0 {
        return Err(Rule::Version);
    }
    check_country(&template.country)?;
    check_written("authority", &template.authority)?;
    check_written("name", &template.name)?;
    let source = Url::parse(&template.source_url);
    if !source.is_ok_and(|source| source.scheme() == "https") {
        return Err(Rule::Source);
    }
    Ok(())
}

fn check_stages(stages: &[Stage]) -> Result<(), Broken> {
    let [first, _, ..] = stages else {
        return Err(of_the_whole(Rule::TooFewStages));
    };
    if first.optional {
        return Err((Some(first.key.clone()), Rule::OptionalBeginning));
    }
    for stage in stages {
        let broken = |rule| (Some(stage.key.clone()), rule);
        check_key(&stage.key, '_').map_err(broken)?;
        check_written("name", &stage.name).map_err(broken)?;
        if stage.outcome.is_some() && stage.actor != Actor::Government {
            return Err(broken(Rule::OutcomeByOthers));
        }
    }
    check_keys(stages.iter().map(|stage| stage.key.as_str()))?;
    check_names(
        stages
            .iter()
            .map(|stage| (&*stage.key, &stage.name, &*stage.aliases)),
    )
}

fn check_transitions(template: &Template) -> Result<(), Broken> {
    let order: BTreeMap<&str, usize> = template
        .stages
        .iter()
        .enumerate()
        .map(|(place, stage)| (stage.key.as_str(), place))
        .collect();
    let mut seen = BTreeSet::new();
    for transition in &template.transitions {
        let broken = |rule: fn(String) -> Rule, key: &str| {
            (Some(transition.from.clone()), rule(key.to_owned()))
        };
        let (from, to) = (transition.from.as_str(), transition.to.as_str());
        let place = |key: &str| {
            let known = order.get(key).copied();
            known.ok_or_else(|| broken(Rule::UnknownStage, key))
        };
        if place(from)? >= place(to)? {
            return Err(broken(Rule::Backwards, to));
        }
        if !seen.insert((from, to)) {
            return Err(broken(Rule::TransitionTwice, to));
        }
    }
    let waits = |clock| clock == Clock::Government;
    if !template
        .transitions
        .iter()
        .any(|transition| waits(transition.clock))
    {
        return Err(of_the_whole(Rule::NothingToWaitFor));
    }
    Ok(())
}

fn of_the_whole(rule: Rule) -> Broken {
    (None, rule)
}

fn check_country(country: &str) -> Result<(), Rule> {
    let is_code = country.len() == 2 && country.bytes().all(|letter| letter.is_ascii_uppercase());
    if is_code { Ok(()) } else { Err(Rule::Country) }
}

fn check_written(field: &'static str, text: &str) -> Result<(), Rule> {
    if text.trim().is_empty() {
        return Err(Rule::Blank(field));
    }
    Ok(())
}

/// Stages join words as columns do, offices as files do.
fn check_key(key: &str, joint: char) -> Result<(), Rule> {
    let is_part =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == joint;
    if key.starts_with(|letter: char| letter.is_ascii_lowercase()) && key.chars().all(is_part) {
        return Ok(());
    }
    Err(Rule::Key)
}

pub(super) fn check_keys<'a>(keys: impl Iterator<Item = &'a str>) -> Result<(), Broken> {
    let mut seen = BTreeSet::new();
    for key in keys {
        if !seen.insert(key) {
            return Err((Some(key.to_owned()), Rule::KeyTwice));
        }
    }
    Ok(())
}

/// No two go by one name, however it is written: an import could not tell them apart.
fn check_names<'a>(
    named: impl Iterator<Item = (&'a str, &'a String, &'a [String])>,
) -> Result<(), Broken> {
    let mut seen = BTreeSet::new();
    for (key, name, aliases) in named {
        for name in aliases.iter().chain([name]) {
            check_written("aliases", name).map_err(|rule| (Some(key.to_owned()), rule))?;
            if !seen.insert(name.to_lowercase()) {
                return Err((Some(key.to_owned()), Rule::NameTwice(name.clone())));
            }
        }
    }
    Ok(())
}
