use app::{
    messages::{Body, Emoji},
    rooms::{Description, RoomName, Topic},
};

use super::*;
use crate::demo::ways::way;

const NOW: i64 = 20_700 * DAY + 12 * HOUR;

fn made(dice: &mut Dice) -> (Vec<Room>, Vec<Person>, Uuid) {
    let people: Vec<_> = (0..40)
        .map(|number| Person::new(number, NOW - 300 * DAY, dice))
        .collect();
    let visitor = dice.id(NOW);
    let rooms = rooms(&people, &[], visitor, NOW, dice).unwrap();
    (rooms, people, visitor)
}

#[test]
fn what_is_said_is_what_people_could_say() {
    let (rooms, people, _) = made(&mut Dice::new(1));
    for room in &rooms {
        assert!(RoomName::parse(&room.name).is_ok(), "{}", room.name);
        assert!(Topic::parse(&room.topic).is_ok() && Description::parse(&room.description).is_ok());
        assert!(
            room.template
                .as_deref()
                .is_none_or(|slug| way(slug).is_some())
        );
        for message in &room.messages {
            assert!(Body::parse(&message.body).is_ok(), "{}", message.body);
            for (emoji, who) in &message.reactions {
                assert!(Emoji::parse(emoji).is_ok(), "{emoji}");
                assert!(*who != message.sender && room.members.contains(who));
            }
        }
    }
    let said: usize = rooms.iter().map(|room| room.messages.len()).sum();
    assert!((60..=100).contains(&said), "{said}");
    // Every letter has become somebody.
    let handles: BTreeSet<_> = people.iter().map(|person| person.handle.as_str()).collect();
    for message in rooms.iter().flat_map(|room| &room.messages) {
        for word in message.body.split('@').skip(1) {
            let end = word.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
            let called = &word[..end.unwrap_or(word.len())];
            assert!(called == VISITOR || handles.contains(called), "{called}");
        }
    }
}

#[test]
fn a_talk_is_in_order_and_between_people_who_are_there() {
    let (rooms, people, visitor) = made(&mut Dice::new(2));
    for room in &rooms {
        let mut before = room.created_at;
        for (number, message) in room.messages.iter().enumerate() {
            assert_eq!(message.seq, i64::try_from(number).unwrap() + 2);
            assert!(message.at > before && message.at <= NOW, "{}", message.body);
            assert!(room.members.contains(&message.sender) && message.sender != visitor);
            assert!(
                message
                    .mentions
                    .iter()
                    .all(|who| room.members.contains(who))
            );
            assert!(
                message
                    .reply_to
                    .is_none_or(|place| place < message.seq && place > 1)
            );
            before = message.at;
        }
        let owner = people
            .iter()
            .find(|person| person.id == room.members[0])
            .unwrap();
        assert!(owner.created_at <= room.created_at);
        assert_eq!(room.members.last(), Some(&visitor));
    }
    let named = rooms.iter().flat_map(|room| &room.messages);
    assert!(
        named
            .filter(|message| message.mentions.contains(&visitor))
            .count()
            >= 2
    );
}
