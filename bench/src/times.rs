//! Whether the time of an answer tells a name that has an account from one that has none: at sign-in, at
//! sign-up, and when a link is asked for to set a password anew (security row 15, ASVS 6.3.8).
//!
//! The observer is as near as one can be, on this machine, and asks one thing after the other on one
//! connection. So that nothing but the account differs:
//!
//! * Names are random and of one length. Each is asked once, known or not: no row, count or page of the
//!   database has met either before.
//! * They are asked in an order by lot. What is slow at times, and what an answer leaves behind, is as likely
//!   to meet the one as the other.
//! * An answer has a pause before it, in which what the one before has left to do is done: an observer
//!   would wait, too, and hide less.
//! * What the first answers bring into being is not counted, and tries are counted as they always are.
//!
//! How two samples of times are compared, and how sure that is: [`Ranks`].

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode, header};
use serde_json::{Value, json};
use tokio::time::sleep;
use uuid::Uuid;

use crate::{
    Error,
    args::Args,
    database::{self, Database},
    dice::Dice,
    door::Door,
    ranks::Ranks,
    service::Service,
    target::Target,
};

/// Answers to known names, and as many to unknown ones, that are not counted.
const WARM_UP: usize = 20;

const PAUSE: Duration = Duration::from_millis(10);

/// Of whom all that are known have the password; nobody asks for them.
const MODEL: &str = "b_model";

/// A way to ask whether there is an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    SignInByHandle,
    SignInByEmail,
    SignUp,
    Reset,
}

/// What somebody is called, whether or not there is an account.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub(crate) handle: String,
    pub(crate) email: String,
}

/// What the answers to one way told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    pub(crate) way: Way,
    /// Known names, and as many unknown ones.
    pub(crate) names: usize,
    /// The known ones against the others.
    pub(crate) ranks: Ranks,
    /// The middle time of an answer: known, unknown.
    pub(crate) medians: [Duration; 2],
}

impl Name {
    /// One that nobody has.
    fn new() -> Self {
        let id = Uuid::new_v4().simple().to_string();
        Self {
            handle: format!("b{}", &id[..20]),
            email: format!("{id}@example.org"),
        }
    }
}

impl Way {
    pub(crate) const ALL: [Self; 4] = [
        Self::SignInByHandle,
        Self::SignInByEmail,
        Self::SignUp,
        Self::Reset,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SignInByHandle => "sign-in by handle",
            Self::SignInByEmail => "sign-in by e-mail",
            Self::SignUp => "sign-up",
            Self::Reset => "reset",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::SignInByHandle | Self::SignInByEmail => "accounts/sign_in",
            Self::SignUp => "accounts/sign_up",
            Self::Reset => "accounts/forget_password",
        }
    }

    fn input(self, Name { handle, email }: &Name) -> Value {
        let wrong = "not the password";
        match self {
            Self::SignInByHandle => json!({"login": handle, "password": wrong}),
            Self::SignInByEmail => json!({"login": email, "password": wrong}),
            // Handles are public: it is the address that must not be told.
            Self::SignUp => {
                json!({"handle": Name::new().handle, "email": email, "password": wrong})
            }
            Self::Reset => json!({"email": email}),
        }
    }

    /// Of every answer: another one was not what was to be measured.
    fn status(self) -> StatusCode {
        match self {
            Self::SignInByHandle | Self::SignInByEmail => StatusCode::UNAUTHORIZED,
            Self::SignUp | Self::Reset => StatusCode::OK,
        }
    }
}

/// Asks a server and a database that are its own.
pub(crate) async fn measure(args: &Args) -> Result<Vec<Times>, Error> {
    let url = database::create(&args.postgres, Target::Layover).await?;
    let service = Service::start(Target::Layover, args, &url).await?;
    let mut database = Database::open(&url).await?;
    let client = Client::new();
    let model = Name {
        handle: MODEL.to_owned(),
        email: format!("{MODEL}@example.org"),
    };
    let input =
        json!({"handle": model.handle, "email": model.email, "password": "the password of all"});
    answer(&client, service.door, Way::SignUp, &input).await?;
    let mut all = Vec::new();
    for way in Way::ALL {
        let names = args.scale().names;
        all.push(compare(&client, service.door, &mut database, way, names).await?);
    }
    service.stop().await?;
    Ok(all)
}

async fn compare(
    client: &Client,
    door: Door,
    database: &mut Database,
    way: Way,
    names: usize,
) -> Result<Times, Error> {
    let mut dice = Dice::new(way as u64);
    let [early, counted] = [WARM_UP, names].map(|count| {
        let all = (0..2 * count).map(|turn| (turn % 2, Name::new()));
        let mut all: Vec<(usize, Name)> = all.collect();
        dice.shuffle(&mut all);
        all
    });
    let known = early
        .iter()
        .chain(&counted)
        .filter(|(class, _)| *class == 0);
    let known: Vec<Name> = known.map(|(_, name)| name.clone()).collect();
    database.known(&known, MODEL).await?;
    database.rest().await?;
    for (_, name) in &early {
        answer(client, door, way, &way.input(name)).await?;
    }
    let mut times = [const { Vec::new() }; 2];
    for (class, name) in &counted {
        let input = way.input(name);
        sleep(PAUSE).await;
        times[*class].push(answer(client, door, way, &input).await?);
    }
    let [known, unknown] = &mut times;
    Ok(Times {
        way,
        names,
        ranks: Ranks::of(known, unknown).ok_or("nobody was asked for")?,
        medians: [middle(known), middle(unknown)],
    })
}

/// How many nanoseconds the whole answer took.
async fn answer(client: &Client, door: Door, way: Way, input: &Value) -> Result<u64, Error> {
    let request = client
        .post(format!("http://{}/api/{}", door.address, way.path()))
        .header(header::ACCEPT, "application/json")
        .json(input)
        .build()?;
    let start = Instant::now();
    let answer = client.execute(request).await?;
    let status = answer.status();
    let body = answer.bytes().await?;
    let took = start.elapsed();
    if status != way.status() {
        let body = String::from_utf8_lossy(&body);
        return Err(format!("{} was answered with {status}: {body}", way.name()).into());
    }
    Ok(u64::try_from(took.as_nanos())?)
}

fn middle(times: &mut [u64]) -> Duration {
    times.sort_unstable();
    let middle = times.get(times.len() / 2).copied();
    Duration::from_nanos(middle.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_two_differ_in_nothing_that_takes_time() {
        let (one, other) = (Name::new(), Name::new());
        assert_ne!(one.handle, other.handle);
        assert_ne!(one.email, other.email);
        for way in Way::ALL {
            let length = |name| way.input(name).to_string().len();
            assert_eq!(length(&one), length(&other), "{}", way.name());
        }
    }

    #[test]
    fn who_signs_up_has_a_handle_that_is_new_whoever_has_the_address() {
        let name = Name::new();
        let input = Way::SignUp.input(&name);
        assert_eq!(input["email"], json!(name.email));
        assert_ne!(input["handle"], json!(name.handle));
    }
}
