//! `layover demo`: a community that nobody belongs to, to look at and to try things on.
//!
//! People, rooms and what is said there, and journeys whose waits are drawn from distributions that are known. All of
//! it follows from a seed and the present day. Invariant: nobody who is made here can be signed in to, but the
//! visitor; and nothing is made where anybody is.

mod cases;
mod dice;
mod people;
mod policy;
mod store;
mod talk;
mod ways;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use url::Url;
use uuid::Uuid;

use self::{cases::Case, dice::Dice, people::Person, talk::Room};
use crate::{
    accounts::Passwords,
    config::Config,
    database::{self, milliseconds},
    error::Error,
    journeys::{
        self,
        templates::{Catalogue, InvalidTemplate},
    },
    waits::Counter,
};

pub use self::{cases::VISITOR_OFFICE, people::VISITOR};

const MINUTE: i64 = 60 * 1000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What is made, unless it is asked for otherwise.
pub const SEED: u64 = 20_261_127;
pub const JOURNEYS: u32 = 2_000;

/// How many random bytes the visitor's password has.
const BYTES: usize = 12;

/// Why no demo is made.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error(
        "somebody has an account here, and a demo is made where nobody has: name an empty database in \
         DATABASE_URL, or another folder in LAYOVER_DATA"
    )]
    People,
    #[error(
        "PUBLIC_URL is {0}: where people come by https, no demo is made; leave it out, on a machine of your own"
    )]
    Production(Url),
    #[error(
        "only who serves others has a need for these settings: {0}; leave them out, or add --anyway if nobody \
         is to be served here"
    )]
    LooksReal(String),
    #[error("the demo could not be made")]
    Failed(#[from] Error),
    #[error("the database cannot be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("a journey template cannot be used")]
    Template(#[from] InvalidTemplate),
    #[error("what is said in a demo cannot be read")]
    Talk(#[from] toml::de::Error),
}

/// What was made.
#[derive(Debug)]
pub struct Made {
    pub people: usize,
    pub rooms: usize,
    pub messages: usize,
    pub journeys: usize,
    /// How many of the journeys still wait.
    pub pending: usize,
    pub stages: usize,
    /// The visitor's. It is told once.
    pub password: String,
    /// How long the waits took to count.
    pub counted: Duration,
}

/// Whether the settings are such that a demo may be made.
///
/// # Errors
///
/// When they are not; it says which.
pub fn check(config: &Config, anyway: bool) -> Result<(), Refusal> {
    policy::may_be_made(config, anyway)
}

/// Makes everything, in one transaction, and counts the waits.
///
/// # Errors
///
/// When somebody is there already, or the database fails; then nothing is made.
pub async fn make(pool: &PgPool, seed: u64, count: usize) -> Result<Made, Refusal> {
    // An older version's database is brought up to date only if nobody is in it.
    if has_people(pool).await? {
        return Err(Refusal::People);
    }
    database::migrate(pool).await?;
    let catalogue = Arc::new(Catalogue::bundled()?);
    let community = Community::draw(&catalogue, seed, count)?;
    let (password, hash) = password().await?;
    let mut tx = pool.begin().await.map_err(Error::from)?;
    store::close_doors(&mut tx).await?;
    if store::has_people(&mut tx).await? {
        return Err(Refusal::People);
    }
    community.keep(&mut tx, &catalogue, &hash).await?;
    tx.commit().await.map_err(Error::from)?;
    let begun = Instant::now();
    Counter::new(pool.clone(), catalogue)
        .count(journeys::today())
        .await?;
    Ok(Made {
        people: community.people.len(),
        rooms: community.rooms.len(),
        messages: community.rooms.iter().map(|room| room.messages.len()).sum(),
        journeys: community.cases.len(),
        pending: community.cases.iter().filter(|case| case.pending).count(),
        stages: community.cases.iter().map(|case| case.events.len()).sum(),
        password,
        counted: begun.elapsed(),
    })
}

/// Where there is no table yet, there is nobody.
async fn has_people(pool: &PgPool) -> Result<bool, Error> {
    let mut db = pool.acquire().await?;
    match store::has_people(&mut db).await {
        Err(Error::Database(cause)) if database::is_older(&cause) => Ok(false),
        other => other,
    }
}

/// A new password and its hash.
async fn password() -> Result<(String, String), Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes)?;
    let password = URL_SAFE_NO_PAD.encode(bytes);
    let hash = Passwords::default().hash(password.as_bytes()).await?;
    Ok((password, hash))
}

/// All of them, before anything is kept.
struct Community {
    /// The visitor is the last.
    people: Vec<Person>,
    rooms: Vec<Room>,
    cases: Vec<Case>,
}

impl Community {
    fn draw(catalogue: &Catalogue, seed: u64, count: usize) -> Result<Self, Refusal> {
        let now = milliseconds(OffsetDateTime::now_utc());
        let mut dice = Dice::new(seed);
        let ends = |template: &str, stage: &str| {
            let stages = catalogue
                .template(template)
                .into_iter()
                .flat_map(|known| &known.stages);
            stages
                .into_iter()
                .any(|known| known.key == stage && known.outcome.is_some())
        };
        let visitor = Person::visitor(now, &mut dice);
        let own = cases::of_visitor(visitor.id, now, &mut dice);
        let (mut cases, mut people) = cases::all(count.saturating_sub(1), now, &mut dice, ends);
        let rooms = talk::rooms(&people, &cases, visitor.id, now, &mut dice)?;
        show(&mut cases, &rooms);
        cases.push(own);
        people.push(visitor);
        Ok(Self {
            people,
            rooms,
            cases,
        })
    }

    async fn keep(
        &self,
        db: &mut PgConnection,
        catalogue: &Catalogue,
        hash: &str,
    ) -> Result<(), Error> {
        let mut versions = BTreeMap::new();
        for way in ways::WAYS {
            let Some(template) = catalogue.template(way.template) else {
                continue;
            };
            let known = journeys::wire::template(template, catalogue.offices_of(template));
            journeys::store::keep_template(db, &known).await?;
            versions.insert(way.template, i32::try_from(template.version).unwrap_or(1));
        }
        store::insert_people(db, &self.people).await?;
        if let Some(visitor) = self.people.last() {
            store::open(db, visitor.id, hash).await?;
        }
        for room in &self.rooms {
            store::insert_room(db, room).await?;
        }
        let version = |template: &str| versions.get(template).copied().unwrap_or(1);
        store::insert_cases(db, &self.cases, version).await?;
        store::analyze(db).await
    }
}

/// What is shown to a room is shown to that of its kind, if its owner is there; else to members.
fn show(cases: &mut [Case], rooms: &[Room]) {
    let members: BTreeMap<&str, (Uuid, BTreeSet<Uuid>)> = rooms
        .iter()
        .filter_map(|room| {
            let members = room.members.iter().copied().collect();
            Some((room.template.as_deref()?, (room.id, members)))
        })
        .collect();
    for case in cases.iter_mut().filter(|case| case.visibility == "room") {
        match members.get(case.template) {
            Some((room, members)) if members.contains(&case.owner) => case.room = Some(*room),
            _ => case.visibility = "members",
        }
    }
}
