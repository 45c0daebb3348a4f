//! A journey as its owner sees it, and as others do. Pure.

use app::{
    ids::{EventId, JourneyId},
    journeys::{
        Date, JourneyLine, JourneyView, Office, OfficeKind, Outcome, Own, Precision, Reached,
        StageEvent, Status, Stay, Template,
    },
    rooms::Room,
};
use uuid::Uuid;

use super::{
    stages::store::Event,
    store::{Stored, StoredStay},
    warnings,
};

/// All there is of it.
pub(super) fn for_owner(
    stored: &Stored,
    events: &[Event],
    stays: &[StoredStay],
    others: Vec<JourneyLine>,
    rooms: Vec<Room>,
    today: Date,
) -> JourneyView {
    let events = in_order(&stored.template, own_of(stored.id, events));
    let own = Own {
        visibility: stored.visibility,
        room: stored.room,
        counted: stored.counted,
        blur: stored.blur,
        parent: stored.parent,
        confirmed_on: stored.confirmed_on,
        today,
        warnings: warnings::of(&stored.template, &events, today),
        others,
        rooms,
        badges: Vec::new(),
        suggestions: Vec::new(),
    };
    JourneyView {
        own: Some(own),
        ..shared(stored, events, stays)
    }
}

/// No notes, and the days only as exactly as the owner wants them to be seen.
pub(super) fn for_others(stored: &Stored, events: &[Event], stays: &[StoredStay]) -> JourneyView {
    let shown = stored.blur.precision();
    // By the days before they are blurred: how the stages follow each other is no secret.
    let mut events = in_order(&stored.template, own_of(stored.id, events));
    for event in &mut events {
        event.precision = event.precision.max(shown);
        event.on = event.on.at(event.precision);
        event.note = String::new();
        // An id tells the moment at which it was made, and things are often said on their day.
        event.id = EventId(Uuid::nil());
    }
    let view = shared(stored, events, stays);
    JourneyView {
        // It is told without how exactly it is known.
        ended_on: view.ended_on.map(|on| on.at(Precision::Month)),
        ..view
    }
}

fn shared(stored: &Stored, events: Vec<StageEvent>, stays: &[StoredStay]) -> JourneyView {
    JourneyView {
        id: stored.id,
        owner: stored.owner.clone(),
        stays: placed(stored, stays),
        outcome: outcome(stored, &events),
        ended_on: stored.ended.map(|(_, on)| on),
        events,
        template: stored.template.clone(),
        own: None,
    }
}

/// As a line in a list.
pub(super) fn line(stored: &Stored, events: &[Event], stays: &[StoredStay]) -> JourneyLine {
    let events = in_order(&stored.template, own_of(stored.id, events));
    JourneyLine {
        id: stored.id,
        template: stored.template.line(),
        office: placed(stored, stays).pop().map(|stay| stay.office.name),
        reached: reached(&stored.template, &events),
        outcome: outcome(stored, &events),
        visibility: stored.visibility,
        counted: stored.counted,
    }
}

/// The last stage that has happened.
pub(super) fn reached(template: &Template, events: &[StageEvent]) -> Option<Reached> {
    let mut happened = events.iter().rev();
    let last = happened.find(|event| event.status == Status::Happened)?;
    Some(Reached {
        stage: template
            .stage(&last.stage)
            .map_or_else(|| last.stage.clone(), |stage| stage.name.clone()),
        on: last.on,
        precision: last.precision,
    })
}

/// How it has ended: as its owner says, else as the last stage that ends one does.
fn outcome(stored: &Stored, events: &[StageEvent]) -> Outcome {
    if let Some((outcome, _)) = stored.ended {
        return outcome;
    }
    let mut happened = events
        .iter()
        .rev()
        .filter(|event| event.status == Status::Happened);
    let outcome = happened.find_map(|event| stored.template.stage(&event.stage)?.outcome);
    outcome.unwrap_or(Outcome::Pending)
}

fn own_of(journey: JourneyId, events: &[Event]) -> impl Iterator<Item = StageEvent> {
    let own = events.iter().filter(move |event| event.journey == journey);
    own.map(|event| event.event.clone())
}

/// By their days, and those of one day by their stages.
pub(super) fn in_order(
    template: &Template,
    events: impl Iterator<Item = StageEvent>,
) -> Vec<StageEvent> {
    let mut events: Vec<_> = events.collect();
    events.sort_by_key(|event| (event.on, template.place(&event.stage)));
    events
}

/// Where the case lies, in the order of its stages; of two offices for one stage the later said holds.
fn placed(stored: &Stored, stays: &[StoredStay]) -> Vec<Stay> {
    let own: Vec<_> = stays
        .iter()
        .filter(|stay| stay.journey == stored.id)
        .collect();
    let mut placed: Vec<_> = own
        .iter()
        .enumerate()
        .filter(|(index, stay)| own[index + 1..].iter().all(|later| later.from != stay.from))
        .map(|(_, stay)| Stay {
            office: named(&stored.template, &stay.office),
            from: stay.from.clone(),
        })
        .collect();
    placed.sort_by_key(|stay| stored.template.place(&stay.from));
    placed
}

/// An office whose list is no longer the template's has at least its key.
fn named(template: &Template, key: &str) -> Office {
    template.office(key).cloned().unwrap_or_else(|| Office {
        key: key.to_owned(),
        name: key.to_owned(),
        kind: OfficeKind::Bureau,
        country: template.country.clone(),
        authority: template.authority.clone(),
    })
}
