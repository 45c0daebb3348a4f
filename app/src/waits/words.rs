//! What numbers of weeks and ends are called on the page.

use super::{Bar, By, End, Ending, Level, Term, WaitView};
use crate::words::i18n::{Locale, t_string};

/// So many weeks, or over so many: of later ones too little is known.
pub(super) fn term(i18n: Locale, term: Term) -> String {
    let weeks = weeks(i18n, term.weeks);
    match term.waiting {
        None => weeks,
        Some(_) => t_string!(i18n, waits.over_weeks, weeks).to_string(),
    }
}

pub(super) fn weeks(i18n: Locale, count: u32) -> String {
    match count {
        1 => t_string!(i18n, waits.one_week).to_owned(),
        count => t_string!(i18n, waits.weeks, count).to_string(),
    }
}

/// From one to the other.
pub(super) fn range(i18n: Locale, from: Term, to: Term) -> String {
    if from.waiting.is_some() {
        return term(i18n, from);
    }
    let from = from.weeks;
    if to.waiting.is_some() {
        let to = term(i18n, to);
        return t_string!(i18n, waits.from_to, from, to).to_string();
    }
    t_string!(i18n, waits.span, from, count = to.weeks).to_string()
}

/// A day, or that nobody knows.
pub(super) fn by(i18n: Locale, by: By) -> String {
    let day = by.on.to_string();
    match by.waiting {
        None => day,
        Some(share) => t_string!(i18n, waits.beyond_day, share, day).to_string(),
    }
}

/// The weeks of a bar, in a picture that ends with some week.
pub(super) fn span(i18n: Locale, bar: Bar, end: u32) -> String {
    let (from, count) = (bar.from, bar.until);
    match from {
        _ if count < end => t_string!(i18n, waits.span, from, count).to_string(),
        0 => t_string!(i18n, waits.however_long).to_owned(),
        from => t_string!(i18n, waits.or_more, weeks = weeks(i18n, from)).to_string(),
    }
}

pub(super) fn ending(i18n: Locale, ending: &Ending) -> String {
    // What is hoped for stands first.
    let mut ends = ending.ends.clone();
    ends.sort_unstable();
    let names = ends.into_iter().map(|end| match end {
        End::Come => t_string!(i18n, waits.come),
        End::Refused => t_string!(i18n, waits.refused),
        End::Withdrawn => t_string!(i18n, waits.withdrawn),
        End::Returned => t_string!(i18n, waits.returned),
        End::Passed => t_string!(i18n, waits.passed),
    });
    let names: Vec<_> = names.collect();
    names.join(" · ")
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

/// Whether offices differ, where that may be told.
pub(super) fn comparison(i18n: Locale, view: &WaitView) -> Option<String> {
    let comparison = view.comparison?;
    let offices = comparison.offices;
    Some(if comparison.differ {
        t_string!(i18n, waits.offices_differ, offices).to_string()
    } else {
        t_string!(i18n, waits.offices_alike, offices).to_string()
    })
}
