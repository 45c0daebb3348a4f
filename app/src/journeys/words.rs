//! What choices, stages and days are called on the page.

use super::{
    Blur, Date, OfficeKind, Outcome, Precision, Stage, Status, Visibility, Warning, WarningKind,
};
use crate::words::i18n::{Locale, t_string};

pub(super) fn visibility(i18n: Locale, visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Private => t_string!(i18n, journeys.private),
        Visibility::Room => t_string!(i18n, journeys.room),
        Visibility::Members => t_string!(i18n, journeys.members),
        Visibility::Public => t_string!(i18n, journeys.public),
    }
}

pub(super) fn blur(i18n: Locale, blur: Blur) -> &'static str {
    match blur {
        Blur::Month => t_string!(i18n, journeys.blur_month),
        Blur::Week => t_string!(i18n, journeys.blur_week),
        Blur::Day => t_string!(i18n, journeys.blur_day),
    }
}

pub(super) fn outcome(i18n: Locale, outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pending => t_string!(i18n, journeys.pending),
        Outcome::Approved => t_string!(i18n, journeys.approved),
        Outcome::Refused => t_string!(i18n, journeys.refused),
        Outcome::Withdrawn => t_string!(i18n, journeys.withdrawn),
        Outcome::Returned => t_string!(i18n, journeys.returned),
    }
}

/// Several offices of one kind, as a heading.
pub(super) fn office_kind(i18n: Locale, kind: OfficeKind) -> &'static str {
    match kind {
        OfficeKind::ServiceCentre => t_string!(i18n, journeys.service_centres),
        OfficeKind::FieldOffice => t_string!(i18n, journeys.field_offices),
        OfficeKind::Consulate => t_string!(i18n, journeys.consulates),
        OfficeKind::Vac => t_string!(i18n, journeys.application_centres),
        OfficeKind::Bureau => t_string!(i18n, journeys.bureaus),
        OfficeKind::School => t_string!(i18n, journeys.schools),
    }
}

pub(super) fn status(i18n: Locale, status: Status) -> &'static str {
    match status {
        Status::Happened => t_string!(i18n, journeys.happened),
        Status::Scheduled => t_string!(i18n, journeys.scheduled),
        Status::Expected => t_string!(i18n, journeys.expected),
        Status::Cancelled => t_string!(i18n, journeys.cancelled),
    }
}

pub(super) fn precision(i18n: Locale, precision: Precision) -> &'static str {
    match precision {
        Precision::Day => t_string!(i18n, journeys.precise_day),
        Precision::Week => t_string!(i18n, journeys.precise_week),
        Precision::Month => t_string!(i18n, journeys.precise_month),
        Precision::Year => t_string!(i18n, journeys.precise_year),
    }
}

/// The country of a template or an office.
pub(crate) fn country(i18n: Locale, code: &str) -> String {
    let name = match code {
        "AE" => t_string!(i18n, journeys.country_ae),
        "AU" => t_string!(i18n, journeys.country_au),
        "CA" => t_string!(i18n, journeys.country_ca),
        "DE" => t_string!(i18n, journeys.country_de),
        "EU" => t_string!(i18n, journeys.country_eu),
        "GB" => t_string!(i18n, journeys.country_gb),
        "JP" => t_string!(i18n, journeys.country_jp),
        "NZ" => t_string!(i18n, journeys.country_nz),
        "US" => t_string!(i18n, journeys.country_us),
        // Somebody has added a template, and its country has no name here yet.
        code => code,
    };
    name.to_owned()
}

/// A day as far as it is known.
pub(super) fn day(i18n: Locale, date: Date, precision: Precision) -> String {
    let told = date.told(precision);
    match precision {
        Precision::Week => t_string!(i18n, journeys.week_of, day = told).to_string(),
        _ => told,
    }
}

/// A stage with what people call it.
pub(super) fn stage(stage: &Stage) -> String {
    match stage.aliases.first() {
        Some(alias) => format!("{} ({alias})", stage.name),
        None => stage.name.clone(),
    }
}

/// What looks like a slip; `name` tells an event.
pub(super) fn warning(
    i18n: Locale,
    warning: &Warning,
    name: impl Fn(crate::ids::EventId) -> String,
) -> String {
    let stage = name(warning.event);
    match (warning.kind, warning.other) {
        (WarningKind::Future, _) => t_string!(i18n, journeys.warn_future, stage).to_string(),
        (WarningKind::OutOfOrder, Some(other)) => {
            let other = name(other);
            t_string!(i18n, journeys.warn_order, stage, other).to_string()
        }
        (WarningKind::LongAgo | WarningKind::OutOfOrder, _) => {
            t_string!(i18n, journeys.warn_long_ago, stage).to_string()
        }
    }
}
