//! Who else is in a room: a pure fold of what the server says about people.
//!
//! It refuses to know clocks: that somebody has stopped writing comes as an event.

use crate::{accounts::User, ids::UserId};

/// The people of one open room.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Company {
    here: usize,
    names: String,
    typing: Vec<Typist>,
    /// How often anybody was said to be writing.
    said: u32,
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
    fn names_that_are_not_told_are_not_shown() {
        let mut company = Company::default();
        company.gather(2, Some(vec![user(1), user(2)]));
        assert_eq!((company.here(), company.names()), (2, "user_1, user_2"));
        company.gather(201, None);
        assert_eq!((company.here(), company.names()), (201, ""));
    }
}
