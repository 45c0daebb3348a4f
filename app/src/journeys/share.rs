//! The card by which its owner tells a room how far a journey has come. It is a message like any other, sent by nobody
//! but them, in words that they have seen.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{JourneyView, Outcome, Precision, Status, forms::MaskChoice, words};
use crate::{
    ids::ClientId,
    messages::SendMessage,
    ui::{DoorForm, FormError, Select, Submit, TextField, refused},
    words::i18n::{Locale, t, t_string},
};

/// Open by itself when the journey has come to its end as it should. Who is in no room is asked nothing.
pub(super) fn share(i18n: Locale, view: JourneyView) -> Option<AnyView> {
    let words = news(i18n, &view)?;
    let own = view.own?;
    let rooms = own.rooms.into_iter();
    let rooms: Vec<_> = rooms
        .map(|room| (room.id.to_string(), room.title(i18n)))
        .collect();
    // Where the stage is shown already it is most likely to be told.
    let likely = own.badges.first().map(ToString::to_string);
    let likely = likely.or_else(|| Some(rooms.first()?.0.clone()))?;
    let approved = view.outcome == Outcome::Approved;

    let action = ServerAction::<SendMessage>::new();
    let navigate = use_navigate();
    let room = StoredValue::new(None);
    Effect::new(move || {
        if let Some(sent) = &*action.input().read() {
            room.set_value(Some(sent.room));
        }
    });
    Effect::new(move || {
        if let (Some(Ok(_)), Some(room)) = (&*action.value().read(), room.get_value()) {
            navigate(&format!("/rooms/{room}"), NavigateOptions::default());
        }
    });
    let title = if approved {
        t_string!(i18n, journeys.share_approved)
    } else {
        t_string!(i18n, journeys.share)
    };
    let form = view! {
        <details class="ask share" open=approved || refused(SendMessage::url()).is_some()>
            <summary class="button small quiet">{title}</summary>
            <DoorForm action class="stack" guarded="body">
                <p class="note">{t!(i18n, journeys.share_lead)}</p>
                <input type="hidden" name="id" value=ClientId::new().to_string()/>
                <Select
                    name="room"
                    id="share-room"
                    label=t_string!(i18n, journeys.share_room)
                    options=rooms
                    value=likely
                />
                <TextField name="body" label=t_string!(i18n, journeys.share_words) value=words/>
                <MaskChoice id="share-mask"/>
                <FormError/>
                <Submit>{t!(i18n, journeys.share_send)}</Submit>
            </DoorForm>
        </details>
    };
    Some(form.into_any())
}

/// The last stage that has happened, and how many days after the first one that was, where both days are known. No
/// date: who wants to tell one adds it.
fn news(i18n: Locale, view: &JourneyView) -> Option<String> {
    let mut happened = view
        .events
        .iter()
        .filter(|event| event.status == Status::Happened);
    let first = happened.next()?;
    let last = happened.next_back().unwrap_or(first);
    let name = |key: &str| view.template.stage(key).map(|stage| stage.name.clone());
    let ends = view.template.stage(&last.stage)?.outcome == Some(view.outcome);
    let approved = view.outcome == Outcome::Approved;
    // An approval that no stage tells of is what there is to tell.
    let (what, on, precision) = if let Some(on) = view.ended_on.filter(|_| approved && !ends) {
        let outcome = words::outcome(i18n, view.outcome).to_owned();
        (outcome, on, Precision::Day)
    } else {
        (name(&last.stage)?, last.on, last.precision)
    };
    let sign = if approved { "🎉 " } else { "" };
    let mut card = format!("> {sign}**{what}**\n> {}", view.template.name);
    if let Some(stay) = view.stays.last() {
        card = format!("{card} · {}", stay.office.name);
    }
    let is_exact = [first.precision, precision]
        .iter()
        .all(|it| *it == Precision::Day);
    let since = name(&first.stage)?;
    let after = match on.since(first.on) {
        1 if is_exact => Some(t_string!(i18n, journeys.share_after_one, since).to_string()),
        count if is_exact && count > 1 => {
            Some(t_string!(i18n, journeys.share_after, count, since).to_string())
        }
        _ => None,
    };
    if let Some(after) = after {
        card = format!("{card}\n> {after}");
    }
    Some(card)
}
