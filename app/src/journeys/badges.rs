//! Whose stage stands beside their name in the room on screen.

use leptos::prelude::*;

use super::Badge;
use crate::ids::{RoomId, UserId};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Badges(RwSignal<Vec<Badge>>);

impl Badges {
    /// What the room shows to this reader, for as long as its page is there.
    pub(crate) fn provide(room: RoomId, badges: Vec<Badge>, members: i64) {
        let shown = RwSignal::new(badges);
        provide_context(Self(shown));
        follow(room, shown, members);
    }

    pub(crate) fn of(user: UserId) -> impl Fn() -> Option<String> + Copy + Send + 'static {
        let shown = use_context::<Self>();
        move || {
            let badges = shown?.0.read();
            let badge = badges.iter().find(|badge| badge.user == user)?;
            Some(format!(
                "{} · {}",
                short(&badge.template),
                short(&badge.stage)
            ))
        }
    }
}

/// A name without what stands in brackets behind it: there is little room beside names.
fn short(name: &str) -> &str {
    let (first, rest) = name.split_once(" (").unwrap_or((name, ""));
    if rest.ends_with(')') { first } else { name }
}

/// Looks again once somebody tells something else of themselves, once for all that is told until then. All who are
/// there hear of it at the same time: of a large room they ask one after the other, 200 in a second.
#[cfg(feature = "hydrate")]
fn follow(room: RoomId, shown: RwSignal<Vec<Badge>>, members: i64) {
    use std::time::Duration;

    use leptos::task::spawn_local;

    use crate::{live::Live, rooms::open_room};

    #[expect(clippy::cast_precision_loss, reason = "a room has no 2^52 members")]
    let longest = (members as f64 / 200.0).max(0.5);
    let due = StoredValue::new(false);
    let look = move || {
        // The page may be gone.
        if due.try_set_value(false).is_some() {
            return;
        }
        spawn_local(async move {
            if let Ok(view) = open_room(room).await {
                shown.try_set(view.badges);
            }
        });
    };
    Live::expect().hear_profiles(move |_| {
        if !due.get_value() {
            due.set_value(true);
            let after = Duration::from_secs_f64(js_sys::Math::random() * longest);
            set_timeout(look, after);
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn follow(_: RoomId, _: RwSignal<Vec<Badge>>, _: i64) {}
