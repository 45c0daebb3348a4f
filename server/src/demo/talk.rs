//! What is said in the rooms of a demo, and by whom. The words are data: `server/demo/talk.toml`. Pure.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use uuid::Uuid;

use super::{
    DAY, HOUR, MINUTE,
    cases::Case,
    dice::Dice,
    people::{Person, VISITOR},
};

const TEXT: &str = include_str!("../../demo/talk.toml");

/// A room in which there are so many people, beside the visitor, is full. Each is half full at least, as far
/// as there are enough.
const FULL: i64 = 90;
/// Fewer of one kind are no company: then anybody is in the room.
const FEWEST: usize = 12;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    room: Vec<Plan>,
}

/// A room as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plan {
    name: String,
    topic: String,
    description: String,
    /// Who is on such a journey is here.
    template: Option<String>,
    talk: Vec<Talk>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Talk {
    days_ago: i64,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    by: char,
    says: String,
    answers: Option<usize>,
    #[serde(default)]
    likes: Vec<String>,
}

/// A room with all that was said in it; moments in milliseconds since 1970.
pub(super) struct Room {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) topic: String,
    pub(super) description: String,
    pub(super) template: Option<String>,
    pub(super) created_at: i64,
    /// The first is the owner, the second keeps order, and the last is the visitor.
    pub(super) members: Vec<Uuid>,
    pub(super) messages: Vec<Message>,
}

pub(super) struct Message {
    pub(super) id: Uuid,
    pub(super) client_id: Uuid,
    pub(super) sender: Uuid,
    pub(super) body: String,
    pub(super) at: i64,
    pub(super) seq: i64,
    pub(super) reply_to: Option<i64>,
    pub(super) mentions: BTreeSet<Uuid>,
    /// Emoji and who has answered with it.
    pub(super) reactions: BTreeSet<(String, Uuid)>,
}

/// All rooms; the visitor is in each.
pub(super) fn rooms(
    people: &[Person],
    cases: &[Case],
    visitor: Uuid,
    now: i64,
    dice: &mut Dice,
) -> Result<Vec<Room>, toml::de::Error> {
    let file: File = toml::from_str(TEXT)?;
    let rooms = file.room.into_iter();
    Ok(rooms
        .map(|plan| room(plan, people, cases, visitor, now, dice))
        .collect())
}

fn room(
    plan: Plan,
    people: &[Person],
    cases: &[Case],
    visitor: Uuid,
    now: i64,
    dice: &mut Dice,
) -> Room {
    let company = company(plan.template.as_deref(), people, cases, dice);
    let earliest = plan.talk.iter().map(|talk| talk.days_ago).max();
    let opened = now - (earliest.unwrap_or(0) + 30) * DAY;
    let created_at = company
        .first()
        .map_or(opened, |owner| opened.max(owner.created_at));
    let mut room = Room {
        id: dice.id(created_at),
        name: plan.name,
        topic: plan.topic,
        description: plan.description,
        template: plan.template,
        created_at,
        members: company
            .iter()
            .map(|person| person.id)
            .chain([visitor])
            .collect(),
        messages: Vec::new(),
    };
    for talk in &plan.talk {
        let begin = (now / DAY - talk.days_ago) * DAY + 9 * HOUR + dice.below(8 * HOUR);
        let cast = cast(talk, &company, begin, dice);
        hold(talk, &cast, visitor, begin, &mut room, dice);
    }
    room
}

/// Who is in a room, the oldest account first.
fn company<'a>(
    template: Option<&str>,
    people: &'a [Person],
    cases: &[Case],
    dice: &mut Dice,
) -> Vec<&'a Person> {
    let of_kind = cases
        .iter()
        .filter(|case| template.is_none_or(|slug| case.template == slug));
    let owners: BTreeSet<Uuid> = of_kind.map(|case| case.owner).collect();
    let mut company: Vec<_> = people
        .iter()
        .filter(|person| owners.len() < FEWEST || owners.contains(&person.id))
        .collect();
    dice.shuffle(&mut company);
    let most = FULL / 2 + dice.below(FULL / 2);
    company.truncate(usize::try_from(most).unwrap_or(FEWEST));
    company.sort_by_key(|person| person.created_at);
    company
}

/// Who speaks in a talk: people who were here by then, as far as there are enough.
fn cast<'a>(
    talk: &Talk,
    company: &[&'a Person],
    begin: i64,
    dice: &mut Dice,
) -> BTreeMap<char, &'a Person> {
    let letters: BTreeSet<char> = talk.lines.iter().map(|line| line.by).collect();
    let here = company
        .iter()
        .filter(|person| person.created_at < begin)
        .count();
    let here = here.max(letters.len()).min(company.len());
    let mut speakers = company[..here].to_vec();
    dice.shuffle(&mut speakers);
    letters
        .into_iter()
        .zip(speakers.into_iter().cycle())
        .collect()
}

/// Adds what is said in a talk.
fn hold(
    talk: &Talk,
    cast: &BTreeMap<char, &Person>,
    visitor: Uuid,
    begin: i64,
    room: &mut Room,
    dice: &mut Dice,
) {
    let mut at = begin;
    // The first place is the line that says who has opened the room.
    let first = i64::try_from(room.messages.len()).unwrap_or(0) + 2;
    let place = |line: usize| first + i64::try_from(line).unwrap_or(0);
    for (number, line) in talk.lines.iter().enumerate() {
        let Some(sender) = cast.get(&line.by) else {
            continue;
        };
        let (body, mut mentions) = name(&line.says, cast, visitor);
        mentions.remove(&sender.id);
        let mut reactions = BTreeSet::new();
        for emoji in &line.likes {
            for _ in 0..=dice.below(3) {
                let who = *dice.choose(&room.members);
                if who != sender.id && who != visitor {
                    reactions.insert((emoji.clone(), who));
                }
            }
        }
        room.messages.push(Message {
            id: dice.id(at),
            client_id: dice.id(at),
            sender: sender.id,
            body,
            at,
            seq: place(number),
            reply_to: line.answers.map(place),
            mentions,
            reactions,
        });
        at += 2 * MINUTE + dice.below(45 * MINUTE);
    }
}

/// Puts handles in the place of letters. Returns whom it names, too.
fn name(says: &str, cast: &BTreeMap<char, &Person>, visitor: Uuid) -> (String, BTreeSet<Uuid>) {
    let mut parts = says.split('@');
    let mut body = parts.next().unwrap_or_default().to_owned();
    let mut mentions = BTreeSet::new();
    for part in parts {
        let end = part.find(|letter: char| !letter.is_ascii_alphanumeric());
        let (word, rest) = part.split_at(end.unwrap_or(part.len()));
        let letter = word
            .parse::<char>()
            .ok()
            .and_then(|letter| cast.get(&letter));
        let called = match letter {
            Some(person) => {
                mentions.insert(person.id);
                person.handle.as_str()
            }
            None => word,
        };
        if word == VISITOR {
            mentions.insert(visitor);
        }
        body.push('@');
        body.push_str(called);
        body.push_str(rest);
    }
    (body, mentions)
}
