//! What each door answers to whom, a file a noun. A new door needs a line there, or two where it
//! answers otherwise about other things; `docs/protocol.md` says what it is for.

mod accounts;
mod blocks;
mod deletions;
mod identities;
mod invites;
mod journeys;
mod media;
mod messages;
mod profiles;
mod reads;
mod reports;
mod rooms;
mod waits;

use super::scene::{Kind, Scene, Who};
use serde_json::{Value, json};

/// The statuses for each [`Who`], in their order: anonymous, stranger, former member, member,
/// moderator, owner.
type Statuses = [u16; 6];

#[derive(Debug, Clone, Copy)]
pub(crate) struct Answers {
    group: Statuses,
    public: Statuses,
}

const fn everywhere(statuses: Statuses) -> Answers {
    Answers {
        group: statuses,
        public: statuses,
    }
}

const ALL: Answers = everywhere([200; 6]);

const SIGNED_IN: Answers = everywhere([401, 200, 200, 200, 200, 200]);

/// What nobody has ever got.
const UNKNOWN: Answers = everywhere([404; 6]);

/// What belongs to somebody else.
const THEIRS: Answers = everywhere([401, 404, 404, 404, 404, 404]);

/// What takes the password, and got another.
const UNPROVEN: Answers = everywhere([401, 422, 422, 422, 422, 422]);

/// A public room is read by all, a group by its members.
const READERS: Answers = Answers {
    group: [404, 404, 404, 200, 200, 200],
    public: [200; 6],
};

const MEMBERS: Answers = Answers {
    group: [401, 404, 404, 200, 200, 200],
    public: [401, 403, 403, 200, 200, 200],
};

/// Those who keep order.
const KEEPERS: Answers = Answers {
    group: [401, 404, 404, 403, 200, 200],
    public: [401, 403, 403, 403, 200, 200],
};

const OWNERS: Answers = Answers {
    group: [401, 404, 404, 403, 403, 200],
    public: [401, 403, 403, 403, 403, 200],
};

/// What is to be done with the message of somebody else, and is for its author alone.
const NOBODY: Answers = Answers {
    group: [401, 404, 404, 403, 403, 403],
    public: [401, 403, 403, 403, 403, 403],
};

/// Whoever may know of the room comes, goes, and reports what is wrong there.
const WHO_KNOWS: Answers = Answers {
    group: [401, 404, 404, 200, 200, 200],
    public: SIGNED_IN.public,
};

/// An invite is revoked by those who keep order, and unknown to those outside.
const REVOKERS: Answers = everywhere([401, 404, 404, 403, 200, 200]);

pub(crate) struct Rule {
    pub(crate) door: &'static str,
    answers: Answers,
    pub(crate) input: fn(&Scene) -> Value,
    /// Whether a success leaves the scene as it was.
    pub(crate) reads: bool,
    /// Whether it concerns the caller's account, so that nobody else may be signed in to it.
    pub(crate) own_account: bool,
    /// Keys that this door alone may tell, and with them what is the caller's own.
    pub(crate) tells: &'static [&'static str],
}

impl Rule {
    pub(crate) fn expected(&self, kind: Kind, who: Who) -> u16 {
        let statuses = match kind {
            Kind::Group => self.answers.group,
            Kind::Public => self.answers.public,
        };
        statuses[who as usize]
    }

    /// Keys that the caller alone may see, and whose values may be secret to others.
    const fn telling(self, tells: &'static [&'static str]) -> Self {
        Self { tells, ..self }
    }
}

/// A door that changes nothing.
const fn reads(door: &'static str, answers: Answers, input: fn(&Scene) -> Value) -> Rule {
    Rule {
        reads: true,
        ..changes(door, answers, input)
    }
}

/// A door that changes something: each of its successes has a scene of its own.
const fn changes(door: &'static str, answers: Answers, input: fn(&Scene) -> Value) -> Rule {
    Rule {
        door,
        answers,
        input,
        reads: false,
        own_account: false,
        tells: &[],
    }
}

/// A door that changes the caller's account or session.
const fn own(door: &'static str, answers: Answers, input: fn(&Scene) -> Value) -> Rule {
    Rule {
        own_account: true,
        ..changes(door, answers, input)
    }
}

/// The input of doors that take nothing.
fn nothing(_: &Scene) -> Value {
    json!({})
}

/// The input of doors that take a room alone.
fn room(scene: &Scene) -> Value {
    json!({"room": scene.room})
}

/// The input of doors that are about another member of a room.
fn member(scene: &Scene) -> Value {
    json!({"room": scene.room, "user": scene.target})
}

/// All rules, those of one noun after those of the other.
pub(crate) fn rules() -> impl Iterator<Item = &'static Rule> + Clone {
    let nouns = [
        accounts::RULES,
        identities::RULES,
        deletions::RULES,
        rooms::RULES,
        invites::RULES,
        journeys::RULES,
        media::RULES,
        messages::RULES,
        reads::RULES,
        blocks::RULES,
        profiles::RULES,
        reports::RULES,
        waits::RULES,
    ];
    nouns.into_iter().flatten()
}
