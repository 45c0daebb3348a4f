//! Who lives in a demo. They have given names that many people bear, and no others. Pure.

use uuid::Uuid;

use super::{DAY, dice::Dice};

/// Somebody who is nobody.
pub(super) struct Person {
    pub(super) id: Uuid,
    pub(super) handle: String,
    /// In milliseconds since 1970.
    pub(super) created_at: i64,
    pub(super) name: &'static str,
    pub(super) bio: &'static str,
    pub(super) languages: Vec<String>,
    pub(super) country: &'static str,
    /// Who sees the name.
    pub(super) seen: &'static str,
}

/// What their address ends in: no mail ever gets there.
pub(super) const MAIL: &str = "people.invalid";

/// The one who can be signed in to.
pub const VISITOR: &str = "visitor";

/// How they are called and how that is written in a handle, their languages, and the country that they live in.
const NAMES: &[(&str, &str, &[&str], &str)] = &[
    ("Maricel", "maricel", &["fil", "en"], "PH"),
    ("Jun", "jun", &["fil", "en"], "PH"),
    ("Analyn", "analyn", &["fil", "en"], "PH"),
    ("Lucía", "lucia", &["es", "en"], "CO"),
    ("Andrés", "andres", &["es", "en"], "CO"),
    ("Valentina", "valentina", &["es"], "CO"),
    ("Mateo", "mateo", &["es", "en"], "MX"),
    ("Ximena", "ximena", &["es", "en"], "MX"),
    ("Linh", "linh", &["vi", "en"], "VN"),
    ("Minh", "minh", &["vi", "en"], "VN"),
    ("Thảo", "thao", &["vi"], "VN"),
    ("Chidi", "chidi", &["en"], "NG"),
    ("Ngozi", "ngozi", &["en"], "NG"),
    ("Tunde", "tunde", &["yo", "en"], "NG"),
    ("Aisha", "aisha", &["ur", "en"], "PK"),
    ("Bilal", "bilal", &["ur", "en"], "PK"),
    ("Priya", "priya", &["hi", "en"], "IN"),
    ("Arjun", "arjun", &["hi", "en"], "IN"),
    ("Meera", "meera", &["ta", "en"], "IN"),
    ("Camila", "camila", &["pt", "en"], "BR"),
    ("Thiago", "thiago", &["pt"], "BR"),
    ("Olena", "olena", &["uk", "en"], "PL"),
    ("Kasia", "kasia", &["pl", "en"], "GB"),
    ("Yusuf", "yusuf", &["tr", "en"], "TR"),
    ("Elif", "elif", &["tr", "de"], "DE"),
    ("Hana", "hana", &["ar", "en"], "JO"),
    ("Omar", "omar", &["ar", "fr"], "MA"),
    ("Emily", "emily", &["en"], "US"),
    ("Marcus", "marcus", &["en"], "US"),
    ("Grace", "grace", &["en", "es"], "US"),
    ("Dylan", "dylan", &["en"], "GB"),
    ("Amara", "amara", &["en", "fr"], "CA"),
    ("Ploy", "ploy", &["th", "en"], "TH"),
    ("Dewi", "dewi", &["id", "en"], "ID"),
    ("Jiho", "jiho", &["ko", "en"], "KR"),
    ("Mei", "mei", &["zh", "en"], "SG"),
    ("Abel", "abel", &["am", "en"], "US"),
    ("Kiara", "kiara", &["en"], "JM"),
];

const TAILS: &[&str] = &[
    "waits",
    "and_tea",
    "far_away",
    "by_the_sea",
    "at_home",
    "counts",
    "in_june",
    "on_paper",
    "reads",
    "writes",
    "at_noon",
    "walks",
    "and_me",
    "packs",
    "hopes",
    "is_here",
    "at_night",
    "on_foot",
    "bakes",
    "sings",
    "in_may",
    "and_cat",
    "and_dog",
    "up_north",
    "down_south",
    "abroad",
    "two_clocks",
    "by_rail",
    "somewhere",
    "on_time",
    "sews",
    "runs",
    "in_fall",
    "laughs",
    "and_rain",
    "with_maps",
    "in_red",
    "at_work",
];

const BIOS: &[&str] = &[
    "Waiting with a calendar, a kettle and a lot of patience.",
    "Two time zones, one shared playlist.",
    "Nurse on night shifts. I answer slowly, but I answer.",
    "Married on a rainy Tuesday. Filing since.",
    "I collect stamps of airports and *good news*.",
    "Teacher. Learning to wait, which I always told my students to do.",
    "Ask me about dumplings, not about forms.",
    "We met in a bookshop. The rest is paperwork.",
    "Software by day, spreadsheets of dates by night.",
    "Mother of two, citizen of one, resident of a third.",
    "Long distance since 2023. Short of sleep since then, too.",
    "Here for the company as much as for the numbers.",
    "Carpenter. I measure twice, then measure again.",
    "Through it all by now. I stay to tell others that it ends.",
    "I share my dates so that somebody else can sleep.",
    "Cyclist, baker, optimist on most days.",
];

impl Person {
    /// The `number`-th of them, who records something for the first time at `at`.
    pub(super) fn new(number: usize, at: i64, dice: &mut Dice) -> Self {
        // No two have the same name and tail until all pairs are taken.
        let pair = number * 7 % (NAMES.len() * TAILS.len());
        let round = number / (NAMES.len() * TAILS.len());
        let (name, written, languages, country) = NAMES[pair % NAMES.len()];
        let tail = TAILS[(pair / NAMES.len() + pair % NAMES.len()) % TAILS.len()];
        let handle = match round {
            0 => format!("{written}_{tail}"),
            _ => format!("{written}_{tail}{round}"),
        };
        let created_at = at - dice.below(2 * DAY);
        let is_told = dice.falls(0.8);
        Self {
            id: dice.id(created_at),
            handle,
            created_at,
            name: if is_told { name } else { "" },
            bio: if dice.falls(0.35) {
                *dice.choose(BIOS)
            } else {
                ""
            },
            languages: languages.iter().map(|tag| (*tag).to_owned()).collect(),
            country: if dice.falls(0.6) { country } else { "" },
            seen: dice
                .weigh(
                    &[("everyone", 2), ("members", 5), ("shared", 3)],
                    |(_, weight)| *weight,
                )
                .0,
        }
    }

    pub(super) fn visitor(now: i64, dice: &mut Dice) -> Self {
        let created_at = now - 206 * DAY;
        Self {
            id: dice.id(created_at),
            handle: VISITOR.into(),
            created_at,
            name: "A visitor",
            bio: "Looking around.",
            languages: vec!["en".into()],
            country: "",
            seen: "members",
        }
    }

    pub(super) fn email(&self) -> String {
        format!("{}@{MAIL}", self.handle)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use app::accounts::{Email, Handle};

    use super::*;

    #[test]
    fn everybody_has_a_handle_of_their_own_that_could_be_chosen() {
        let mut dice = Dice::new(1);
        let people: Vec<_> = (0..5_000)
            .map(|number| Person::new(number, 3 * DAY, &mut dice))
            .collect();
        let handles: BTreeSet<_> = people.iter().map(|person| person.handle.as_str()).collect();
        assert_eq!(handles.len(), people.len());
        assert!(!handles.contains(VISITOR));
        for person in people {
            assert!(Handle::choose(&person.handle).is_ok(), "{}", person.handle);
            assert!(Email::parse(&person.email()).is_ok());
        }
    }
}
