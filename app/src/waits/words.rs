//! What numbers of weeks and ends are called on the page.

use super::{End, Ending, Level, Term, WaitView};
use crate::words::i18n::{Locale, t_string};

pub(super) fn term(i18n: Locale, term: Term) -> String {
    match term.waiting {
        None => weeks(i18n, term.weeks),
        Some(share) => t_string!(i18n, waits.beyond, share, count = term.weeks).to_string(),
    }
}

pub(super) fn weeks(i18n: Locale, count: u32) -> String {
    match count {
        1 => t_string!(i18n, waits.one_week).to_owned(),
        count => t_string!(i18n, waits.weeks, count).to_string(),
    }
}

pub(super) fn ending(i18n: Locale, ending: &Ending) -> String {
    let names = ending.ends.iter().map(|end| match end {
        End::Come => t_string!(i18n, waits.come),
        End::Refused => t_string!(i18n, waits.refused),
        End::Withdrawn => t_string!(i18n, waits.withdrawn),
        End::Returned => t_string!(i18n, waits.returned),
        End::Passed => t_string!(i18n, waits.passed),
    });
    let names: Vec<_> = names.collect();
    names.join(", ")
}

/// The name of a stage.
pub(super) fn stage(view: &WaitView, key: &str) -> String {
    let stage = view.template.stage(key);
    stage.map_or_else(|| key.to_owned(), |stage| stage.name.clone())
}

/// Which journeys it rests on.
pub(super) fn level(i18n: Locale, view: &WaitView) -> String {
    let office = view.office.as_ref().map(|office| office.name.clone());
    match (view.level, office, view.quarter.clone()) {
        (Level::Quarter, Some(office), Some(quarter)) => {
            t_string!(i18n, waits.level_quarter, office, quarter).to_string()
        }
        (Level::Office, Some(office), _) => t_string!(i18n, waits.level_office, office).to_string(),
        _ => t_string!(i18n, waits.level_all).to_owned(),
    }
}
