//! What looks like a slip in the dates of a journey. Pure. It is told to its owner and stops nothing: offices do
//! odd things, and only the owner knows.

use app::journeys::{Date, StageEvent, Status, Template, Warning, WarningKind};

/// No journey began before that year.
const FIRST_YEAR: i32 = 1950;

/// Somewhere it is tomorrow already.
const AHEAD: i32 = 1;

/// Events in the order of their days; those of one day in that of their stages. `today` in UTC.
pub(super) fn of(template: &Template, events: &[StageEvent], today: Date) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let happened: Vec<_> = events
        .iter()
        .filter(|event| event.status == Status::Happened)
        .collect();
    for event in &happened {
        let warn = |kind| Warning {
            kind,
            event: event.id,
            other: None,
        };
        if event.on.since(today) > AHEAD {
            warnings.push(warn(WarningKind::Future));
        }
        if event.on.year() < FIRST_YEAR {
            warnings.push(warn(WarningKind::LongAgo));
        }
    }
    // Each with the next one on the way is enough: whoever moves one sees what is left.
    for pair in happened.windows(2) {
        let place = |event: &StageEvent| template.place(&event.stage);
        let is_single = |event: &StageEvent| {
            let stage = template.stage(&event.stage);
            stage.is_some_and(|stage| !stage.repeatable)
        };
        if let (Some(before), Some(after)) = (place(pair[0]), place(pair[1]))
            && before > after
            && is_single(pair[0])
            && is_single(pair[1])
            && pair[0].on.at(pair[0].precision.max(pair[1].precision))
                < pair[1].on.at(pair[0].precision.max(pair[1].precision))
        {
            warnings.push(Warning {
                kind: WarningKind::OutOfOrder,
                event: pair[0].id,
                other: Some(pair[1].id),
            });
        }
    }
    warnings
}

#[cfg(test)]
mod tests {
    use app::{ids::EventId, journeys::Precision};

    use super::*;
    use crate::journeys::{templates::Catalogue, wire};

    fn template() -> Template {
        let catalogue = Catalogue::bundled().unwrap();
        let template = catalogue.template("us-k1").unwrap();
        wire::template(template, catalogue.offices_of(template))
    }

    fn event(stage: &str, on: &str, status: Status) -> StageEvent {
        StageEvent {
            id: EventId::new(),
            stage: stage.into(),
            status,
            on: on.parse().unwrap(),
            precision: Precision::Day,
            note: String::new(),
        }
    }

    fn kinds(events: &[StageEvent]) -> Vec<WarningKind> {
        let today = "2026-03-01".parse().unwrap();
        let warnings = of(&template(), events, today);
        warnings.into_iter().map(|warning| warning.kind).collect()
    }

    #[test]
    fn a_journey_as_they_usually_go_has_no_warning() {
        let events = [
            event("filed", "2025-01-01", Status::Happened),
            event("noa1", "2025-01-09", Status::Happened),
            event("rfe", "2025-02-01", Status::Happened),
            event("rfe_reply", "2025-03-01", Status::Happened),
            event("rfe", "2025-04-01", Status::Happened),
            event("noa2", "2025-06-01", Status::Happened),
            // Somewhere it is tomorrow, and plans are made for later.
            event("medical", "2026-03-02", Status::Happened),
            event("interview", "2026-04-01", Status::Scheduled),
        ];
        assert_eq!(kinds(&events), []);
    }

    #[test]
    fn days_that_cannot_be_are_told() {
        let future = event("filed", "2026-03-03", Status::Happened);
        assert_eq!(kinds(&[future]), [WarningKind::Future]);
        let old = event("filed", "0206-03-01", Status::Happened);
        assert_eq!(kinds(&[old]), [WarningKind::LongAgo]);
    }

    #[test]
    fn an_order_that_is_unusual_is_told_of_the_two_that_it_concerns() {
        let events = [
            event("noa2", "2025-01-01", Status::Happened),
            event("noa1", "2025-02-01", Status::Happened),
        ];
        let today = "2026-03-01".parse().unwrap();
        let warnings = of(&template(), &events, today);
        let expected = Warning {
            kind: WarningKind::OutOfOrder,
            event: events[0].id,
            other: Some(events[1].id),
        };
        assert_eq!(warnings, [expected]);
    }

    #[test]
    fn what_is_known_to_the_month_only_is_in_no_wrong_order_within_it() {
        let mut events = [
            event("noa2", "2025-02-01", Status::Happened),
            event("noa1", "2025-02-20", Status::Happened),
        ];
        events[0].precision = Precision::Month;
        assert_eq!(kinds(&events), []);
    }
}
