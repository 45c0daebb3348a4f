//! What the finder offers: pure.

use super::RoomSummary;
use crate::{accounts::User, ids::RoomId};

/// The most that is offered at once.
const MOST: usize = 20;

/// A room to go to, or a person to write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    Room(RoomSummary),
    Person(User),
}

/// The rooms whose name has `query` in it, those whose begins with it first, then the people whose
/// handle has it: they may have been found for other letters.
pub(super) fn find(rooms: &[RoomSummary], people: Vec<User>, query: &str) -> Vec<Found> {
    let query = lower(query.trim());
    let mut ranked: Vec<_> = rooms
        .iter()
        .filter_map(|summary| Some((lower(summary.room.name.as_str()).find(&query)? > 0, summary)))
        .collect();
    ranked.sort_by_key(|(inside, _)| *inside);
    let rooms = ranked.into_iter().take(MOST);
    let people = people.into_iter().filter(|person| {
        let handle = lower(person.handle.as_str());
        !query.is_empty() && handle.contains(&query)
    });
    rooms
        .map(|(_, summary)| Found::Room(summary.clone()))
        .chain(people.map(Found::Person))
        .collect()
}

/// The one of one's own rooms that stands after or before another, around the ends. From a page that
/// is none of them it is the first or the last.
pub(super) fn neighbour(rooms: &[RoomSummary], of: Option<RoomId>, next: bool) -> Option<RoomId> {
    let own = rooms.iter().filter(|summary| summary.joined);
    let own: Vec<_> = own.map(|summary| summary.room.id).collect();
    let at = own.iter().position(|id| Some(*id) == of);
    let count = own.len();
    let to = match (at, next) {
        (None, true) => 0,
        (None, false) => count.checked_sub(1)?,
        (Some(at), true) => (at + 1) % count,
        (Some(at), false) => (at + count - 1) % count,
    };
    own.get(to).copied()
}

/// In lower case. The browser has the tables for that, and need not load them.
#[cfg(feature = "hydrate")]
fn lower(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

#[cfg(not(feature = "hydrate"))]
fn lower(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{accounts::Handle, ids::UserId};

    fn rooms(names: &[&str]) -> Vec<RoomSummary> {
        let summary = |name: &&str| RoomSummary {
            joined: *name != "others",
            ..RoomSummary::sample(name)
        };
        names.iter().map(summary).collect()
    }

    #[test]
    fn rooms_that_begin_with_what_is_typed_come_first_and_people_last() {
        let rooms = rooms(&["My VISA", "Visa letters", "Permits"]);
        let person = |handle| User {
            id: UserId::new(),
            handle: Handle::parse(handle).unwrap(),
        };
        let (visa_ana, ben) = (person("Visa_Ana"), person("ben"));
        let people = vec![visa_ana.clone(), ben];
        let found = find(&rooms, people.clone(), " visa ");
        let wanted = [
            Found::Room(rooms[1].clone()),
            Found::Room(rooms[0].clone()),
            Found::Person(visa_ana),
        ];
        assert_eq!(found, wanted, "Ben was found for other letters");
        assert_eq!(find(&rooms, people, "").len(), 3);
    }

    #[test]
    fn ones_own_rooms_follow_each_other_around() {
        let rooms = rooms(&["a", "b", "others", "c"]);
        let ids: Vec<_> = rooms.iter().map(|summary| summary.room.id).collect();
        assert_eq!(neighbour(&rooms, Some(ids[1]), true), Some(ids[3]));
        assert_eq!(neighbour(&rooms, Some(ids[3]), true), Some(ids[0]));
        assert_eq!(neighbour(&rooms, Some(ids[0]), false), Some(ids[3]));
        assert_eq!(neighbour(&rooms, Some(ids[2]), true), Some(ids[0]));
        assert_eq!(neighbour(&rooms, None, false), Some(ids[3]));
        assert_eq!(neighbour(&rooms[2..3], None, false), None);
        assert_eq!(neighbour(&rooms[2..3], None, true), None);
    }
}
