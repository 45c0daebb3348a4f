//! Whose stage stands beside their name in the room on screen.

use leptos::prelude::*;

use super::Badge;
use crate::ids::{RoomId, UserId};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Badges(RwSignal<Vec<Badge>>);

impl Badges {
    /// What the room shows to this reader, for as long as its page is there.
    pub(crate) fn provide(room: RoomId, badges: Vec<Badge>, members: Memo<i64>) {
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

/// Looks again once somebody tells something else of themselves, has left, or the connection is back; once for all that
/// is told until the answer, and then once more. All who are there hear of it at the same time: of a large room they ask one after the other,
/// 200 in a second.
#[cfg(feature = "hydrate")]
fn follow(room: RoomId, shown: RwSignal<Vec<Badge>>, members: Memo<i64>) {
    use crate::live::Live;

    let due = StoredValue::new(Due::default());
    let told = move || {
        if due.get_value() == Due::No {
            due.set_value(Due::Once);
            look(room, shown, members, due);
        } else {
            due.set_value(Due::Again);
        }
    };
    Live::expect().hear_profiles(move |_| told());
    Effect::watch(
        move || members.get(),
        move |now, before, _| {
            if before.is_some_and(|before| now < before) {
                told();
            }
        },
        false,
    );
}

#[cfg(not(feature = "hydrate"))]
fn follow(_: RoomId, _: RwSignal<Vec<Badge>>, _: Memo<i64>) {}

/// Whether it is to be looked again.
#[cfg(feature = "hydrate")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Due {
    #[default]
    No,
    Once,
    /// And something was told since that was decided.
    Again,
}

#[cfg(feature = "hydrate")]
fn look(room: RoomId, shown: RwSignal<Vec<Badge>>, members: Memo<i64>, due: StoredValue<Due>) {
    use std::time::Duration;

    use leptos::task::spawn_local;

    use crate::rooms::open_room;

    #[expect(clippy::cast_precision_loss, reason = "a room has no 2^52 members")]
    let longest = (members.get_untracked() as f64 / 200.0).max(0.5);
    let ask = async move {
        // The page may be gone, before and after.
        if due.try_set_value(Due::Once).is_some() {
            return;
        }
        if let Ok(view) = open_room(room).await {
            shown.try_set(view.badges);
        }
        let again = due.try_get_value() == Some(Due::Again);
        due.try_set_value(if again { Due::Once } else { Due::No });
        if again {
            look(room, shown, members, due);
        }
    };
    let after = Duration::from_secs_f64(js_sys::Math::random() * longest);
    set_timeout(move || spawn_local(ask), after);
}
