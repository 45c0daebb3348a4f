//! What it takes when many people send in large files at once: the server's memory, whether all of it arrives
//! whole, and how long chat takes meanwhile, against what it takes in the same room when nobody sends anything.
//!
//! As many uploads as there are people are under way until chat has been timed: whoever is done sends the
//! same once more.

mod samples;

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use reqwest::{Body, Client, Method, RequestBuilder, Response, StatusCode, header};
use serde_json::Value;
use tokio::{task::JoinSet, time::timeout};

use self::samples::{Sample, sample};
use crate::{
    Error,
    args::Args,
    database::{self, Database, Person},
    door::Door,
    open::{self, Open},
    service::Service,
    target::Target,
    usage::Usage,
};

/// Uploads that are under way at the same time, each a person's.
const AT_ONCE: usize = 20;

/// Messages a second meanwhile, in rooms of [`open::SHAPE`].
const RATE: f64 = 50.0;

/// How long all that is under way may take to end.
const PATIENCE: Duration = Duration::from_mins(5);

/// What is sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Videos,
    Pictures,
    Files,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Videos, Self::Pictures, Self::Files];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Videos => "videos",
            Self::Pictures => "pictures of 50 megapixels",
            Self::Files => "other files",
        }
    }

    /// By how many bytes the server may grow.
    pub(crate) fn most(self) -> u64 {
        const MIB: u64 = 1024 * 1024;
        match self {
            Self::Pictures => 256 * MIB,
            Self::Videos | Self::Files => 64 * MIB,
        }
    }
}

/// What came of one kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Media {
    pub(crate) kind: Kind,
    /// Of each of them, in bytes.
    pub(crate) length: usize,
    /// How many were sent in, and how many of these are there as they should be.
    pub(crate) sent: usize,
    pub(crate) whole: usize,
    /// The server's resident bytes before, and the most meanwhile.
    pub(crate) resident: [u64; 2],
    /// Chat without uploads, and with them.
    pub(crate) chat: [Open; 2],
}

impl Media {
    pub(crate) fn growth(&self) -> u64 {
        self.resident[1].saturating_sub(self.resident[0])
    }

    /// How many times as long chat takes.
    pub(crate) fn slower(&self) -> f64 {
        let [idle, busy] = self.chat.map(|chat| chat.p99.as_secs_f64());
        busy / idle.max(1e-6)
    }
}

/// Asks a server and a database that are its own.
pub(crate) async fn measure(args: &Args) -> Result<Vec<Media>, Error> {
    let url = database::create(&args.postgres, Target::Layover).await?;
    let mut all = Vec::new();
    for kind in Kind::ALL {
        // Each has a server of its own: what one has left in memory is not the next one's.
        let service = Service::start(Target::Layover, args, &url).await?;
        let mut database = Database::open(&url).await?;
        all.push(compare(args, &service, &mut database, kind).await?);
        service.stop().await?;
    }
    Ok(all)
}

async fn compare(
    args: &Args,
    service: &Service,
    database: &mut Database,
    kind: Kind,
) -> Result<Media, Error> {
    let (door, server, scale) = (service.door, service.pid(), args.scale());
    let sample = Arc::new(tokio::task::spawn_blocking(move || sample(kind)).await??);
    let seats = database.seats(open::SHAPE).await?;
    let people = database.people(AT_ONCE).await?;
    database.rest().await?;
    // What the first of each brings into being is not counted.
    open::measure(door, server, seats.clone(), RATE, scale).await?;
    let sender = Sender::new(door, people[0].clone(), &sample)?;
    sender.check(&sender.send().await?).await?;
    let idle = open::measure(door, server, seats.clone(), RATE, scale).await?;

    let before = Usage::of(server).resident;
    forget_most(server)?;
    let (over, begun) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let mut senders = JoinSet::new();
    for person in people {
        let sender = Sender::new(door, person, &sample)?;
        let (over, begun) = (Arc::clone(&over), Arc::clone(&begun));
        senders.spawn(async move {
            let mut ids = Vec::new();
            while !over.load(Relaxed) {
                begun.fetch_add(1, Relaxed);
                ids.push(sender.send().await?);
            }
            Ok::<_, Error>((sender, ids))
        });
    }
    let busy = open::measure(door, server, seats, RATE, scale).await;
    over.store(true, Relaxed);
    let done = timeout(PATIENCE, senders.join_all()).await;
    let done = done.map_err(|_| "the uploads do not come to an end")?;
    let most = most(server)?;
    let mut whole = 0;
    for done in done {
        let (sender, ids) = done?;
        for id in ids {
            whole += usize::from(sender.check(&id).await.is_ok());
        }
    }
    Ok(Media {
        kind,
        length: sample.bytes.len(),
        sent: begun.load(Relaxed),
        whole,
        resident: [before, most],
        chat: [idle, busy?],
    })
}

/// Somebody who sends the same in again and again.
struct Sender {
    client: Client,
    door: Door,
    person: Person,
    sample: Arc<Sample>,
}

impl Sender {
    fn new(door: Door, person: Person, sample: &Arc<Sample>) -> Result<Self, Error> {
        Ok(Self {
            client: Client::builder().build()?,
            door,
            person,
            sample: Arc::clone(sample),
        })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("http://{}{path}", self.door.address);
        let cookie = format!("session={}", self.person.cookie);
        self.client
            .request(method, url)
            .header(header::COOKIE, cookie)
    }

    /// Returns the id of what was sent in.
    async fn send(&self) -> Result<String, Error> {
        let bytes = self.sample.bytes.clone();
        let begun = self
            .request(Method::POST, "/media/uploads")
            .header("upload-length", bytes.len());
        let begun = expect(begun.send().await?, StatusCode::CREATED).await?;
        let place = begun.headers().get(header::LOCATION);
        let place = place.and_then(|place| place.to_str().ok());
        let place = place.ok_or("an upload has no address")?.to_owned();
        let sent = self
            .request(Method::PATCH, &place)
            .header("upload-offset", 0)
            .header(header::CONTENT_TYPE, "application/offset+octet-stream")
            .body(Body::from(bytes));
        expect(sent.send().await?, StatusCode::NO_CONTENT).await?;
        Ok(place.rsplit('/').next().unwrap_or_default().to_owned())
    }

    /// Fails unless it is there as it should be.
    async fn check(&self, id: &str) -> Result<(), Error> {
        let told = self.request(Method::GET, &format!("/media/uploads/{id}"));
        let told: Value = told.send().await?.json().await?;
        let variant = self.sample.variant();
        let kept = self.request(Method::GET, &format!("/media/{id}/{variant}"));
        let kept = expect(kept.send().await?, StatusCode::OK).await?;
        let kept = kept.bytes().await?;
        self.sample.is_kept_in(&kept, &told["attachment"])
    }
}

async fn expect(answer: Response, status: StatusCode) -> Result<Response, Error> {
    if answer.status() == status {
        return Ok(answer);
    }
    let told = answer.status();
    let body = answer.text().await.unwrap_or_default();
    Err(format!("an upload was answered with {told}: {body}").into())
}

/// The most resident bytes of a process begin anew.
fn forget_most(pid: i32) -> Result<(), Error> {
    Ok(fs::write(format!("/proc/{pid}/clear_refs"), "5")?)
}

/// The most resident bytes that a process has had since.
fn most(pid: i32) -> Result<u64, Error> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    high_water(&status).ok_or_else(|| "the server has ended".into())
}

fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_memory_of_a_process_is_read() {
        let status = "Name:\tlayover\nVmPeak:\t 9000 kB\nVmHWM:\t  2048 kB\nVmRSS:\t 1 kB\n";
        assert_eq!(high_water(status), Some(2 * 1024 * 1024));
        assert_eq!(high_water("Name:\tlayover\n"), None);
        let own = i32::try_from(std::process::id()).unwrap();
        forget_most(own).unwrap();
        assert!(most(own).unwrap() > 0);
    }
}
