//! Who else is in a room: a pure fold of what the server says about people.
//!
//! It refuses to know clocks: that somebody has stopped writing comes as an event.

use crate::{accounts::User, ids::UserId, reads::Reader};

/// The people of one open room.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Company {
    here: usize,
    names: String,
    typing: Vec<Typist>,
    /// How often anybody was said to be writing.
    said: u32,
    /// The place of what was said last, if the viewer has said it.
    own_last: Option<i64>,
    /// How far others have read, as far as it is known.
    readers: Vec<Reader>,
    /// Whether all of them are known.
    all_readers: bool,
    /// Whether it was asked who they are.
    asked: bool,
    /// Who has read on since, and how far.
    heard: Vec<(UserId, i64)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Typist {
    user: User,
    /// Which saying of it was the last.
    said: u32,
}

impl Company {
    /// So many people have the room open, the viewer included; without their names if too many.
    pub fn gather(&mut self, count: usize, people: Option<Vec<User>>) {
        self.here = count;
        self.names.clear();
        for user in people.unwrap_or_default() {
            if !self.names.is_empty() {
                self.names.push_str(", ");
            }
            self.names.push_str(user.handle.as_str());
        }
    }

    /// How many have the room open; none when that is not known.
    pub fn here(&self) -> usize {
        self.here
    }

    /// Their names in one line; empty when not known.
    pub fn names(&self) -> &str {
        &self.names
    }

    /// Somebody is writing. Returns what to give to [`expire`](Self::expire) in a while.
    pub fn types(&mut self, user: User) -> u32 {
        self.said = self.said.wrapping_add(1);
        let said = self.said;
        match self.typing.iter_mut().find(|typist| typist.user == user) {
            Some(typist) => typist.said = said,
            None => self.typing.push(Typist { user, said }),
        }
        said
    }

    /// A while has passed since this was said: unless it was said again, it holds no more. Returns
    /// whether that changed anything.
    pub fn expire(&mut self, said: u32) -> bool {
        self.forget(|typist| typist.said == said)
    }

    /// What somebody was writing is there. Returns whether that changed anything.
    pub fn speaks(&mut self, user: UserId) -> bool {
        self.forget(|typist| typist.user.id == user)
    }

    /// Who is writing, in the order in which they began.
    pub fn typists(&self) -> impl Iterator<Item = &str> {
        self.typing.iter().map(|typist| typist.user.handle.as_str())
    }

    /// What was said last stands at this place, or is not the viewer's. Returns whether that is new.
    pub fn says_last(&mut self, place: Option<i64>) -> bool {
        std::mem::replace(&mut self.own_last, place) != place
    }

    /// Whether to ask now how far others have read: once, when there is something that they may have
    /// seen.
    pub fn asks_readers(&mut self) -> bool {
        let asks = self.own_last.is_some() && !self.all_readers && !self.asked;
        self.asked |= asks;
        asks
    }

    /// How far others have read; none when that could not be learned. Whoever was heard to read on
    /// meanwhile has read at least as far as was heard.
    pub fn learn_readers(&mut self, readers: Option<Vec<Reader>>) {
        self.asked = false;
        if let Some(readers) = readers {
            self.readers = readers;
            self.all_readers = true;
        }
        for (reader, seq) in std::mem::take(&mut self.heard) {
            self.reads(reader, seq);
        }
    }

    /// Somebody has read on. Who is new among the readers has yet to be asked for by name.
    pub fn reads(&mut self, reader: UserId, seq: i64) {
        if self.asked {
            self.heard.push((reader, seq));
        }
        let mut readers = self.readers.iter_mut();
        match readers.find(|known| known.user.id == reader) {
            Some(known) => known.seq = known.seq.max(seq),
            None => self.all_readers = false,
        }
    }

    /// Who has seen what was said last, if the viewer has said it.
    pub fn seen_by(&self) -> Vec<&str> {
        let Some(place) = self.own_last else {
            return Vec::new();
        };
        self.readers
            .iter()
            .filter(|reader| reader.seq >= place)
            .map(|reader| reader.user.handle.as_str())
            .collect()
    }

    fn forget(&mut self, done: impl Fn(&Typist) -> bool) -> bool {
        let at = self.typing.iter().position(done);
        at.map(|at| self.typing.remove(at)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::accounts::Handle;

    fn user(number: u8) -> User {
        User {
            id: UserId(uuid::Uuid::from_u128(number.into())),
            handle: Handle::parse(&format!("user_{number}")).unwrap(),
        }
    }

    proptest! {
        /// Each step says that somebody writes; what was said `life` steps ago has expired.
        #[test]
        fn who_was_said_to_be_writing_lately_is_writing_and_nobody_else(
            steps in prop::collection::vec(0..4_u8, 1..40),
            life in 1..6_usize,
        ) {
            let mut company = Company::default();
            let mut said = Vec::new();
            for number in &steps {
                said.push(company.types(user(*number)));
                if let Some(old) = said.len().checked_sub(life + 1) {
                    company.expire(said[old]);
                }
                let mut typing: Vec<_> = company.typists().map(str::to_owned).collect();
                typing.sort_unstable();
                let lately = steps[..said.len()].iter().rev().take(life);
                let mut wanted: Vec<_> = lately.map(|number| format!("user_{number}")).collect();
                wanted.sort_unstable();
                wanted.dedup();
                prop_assert_eq!(typing, wanted);
            }
        }
    }

    #[test]
    fn who_has_spoken_is_not_writing() {
        let mut company = Company::default();
        let said = company.types(user(1));
        assert!(company.speaks(user(1).id));
        assert!(!company.expire(said));
        assert_eq!(company.typists().count(), 0);
    }

    #[test]
    fn who_has_read_up_to_ones_own_last_words_has_seen_them() {
        let reader = |number, seq| Reader {
            user: user(number),
            seq,
        };
        let mut company = Company::default();
        assert!(!company.asks_readers(), "nothing was said");
        assert!(company.says_last(Some(7)) && !company.says_last(Some(7)));
        assert!(company.asks_readers() && !company.asks_readers());
        company.learn_readers(Some(vec![reader(1, 7), reader(2, 6)]));
        assert!(!company.asks_readers());
        assert_eq!(company.seen_by(), ["user_1"]);
        company.reads(user(2).id, 9);
        company.reads(user(1).id, 3);
        assert_eq!(company.seen_by(), ["user_1", "user_2"]);
        company.reads(user(3).id, 9);
        assert!(company.asks_readers(), "somebody new");
        company.learn_readers(None);
        assert_eq!(company.seen_by(), ["user_1", "user_2"]);
        company.says_last(None);
        assert!(company.seen_by().is_empty() && !company.asks_readers());
    }

    #[test]
    fn an_answer_that_is_older_than_what_was_heard_meanwhile_takes_nothing_back() {
        let reader = |number, seq| Reader {
            user: user(number),
            seq,
        };
        let mut company = Company::default();
        company.says_last(Some(7));
        assert!(company.asks_readers());
        company.reads(user(1).id, 8);
        company.reads(user(2).id, 8);
        company.learn_readers(Some(vec![reader(1, 6)]));
        assert_eq!(company.seen_by(), ["user_1"]);
        assert!(company.asks_readers(), "who has come meanwhile has no name");
        company.learn_readers(Some(vec![reader(1, 8), reader(2, 8)]));
        assert_eq!(company.seen_by(), ["user_1", "user_2"]);
        assert!(!company.asks_readers());
    }

    #[test]
    fn names_that_are_not_told_are_not_shown() {
        let mut company = Company::default();
        company.gather(2, Some(vec![user(1), user(2)]));
        assert_eq!((company.here(), company.names()), (2, "user_1, user_2"));
        company.gather(201, None);
        assert_eq!((company.here(), company.names()), (201, ""));
    }
}
