//! A million stages of journeys: how long the daily batch takes that counts all waits, and how long a page then takes
//! that tells what it has found.
//!
//! The journeys are those of `layover demo`, which makes as many as it is asked for and then runs the batch. That is
//! timed from the beginning of its transaction, as the database has it, to the end of the program.

use std::{
    fs::File,
    process::Stdio,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use reqwest::{Client, header};
use tokio::process::Command;
use url::Url;

use crate::{
    Error,
    args::Args,
    database::{self, Counted, Database},
    door::Door,
    meter,
    service::Service,
    target::Target,
};

/// Pages that are read for each number, and before that without being counted.
const PAGES: usize = 200;
const WARM_UP: usize = 20;

/// What the batch and a page may take, at most.
pub(crate) const BATCH: Duration = Duration::from_mins(1);
pub(crate) const PAGE: Duration = Duration::from_millis(20);

/// A step of all offices, and of the one that has most.
const ALL: &str = "/waits/us-k1?from=noa1&to=noa2";
const OFFICE: &str = "/waits/us-k1/uscis-california-service-center?from=noa1&to=noa2";

#[derive(Debug, Clone, Copy)]
pub(crate) struct Waits {
    pub(crate) journeys: i64,
    pub(crate) stages: i64,
    /// What was told of: cells of waits.
    pub(crate) cells: i64,
    pub(crate) batch: Duration,
    /// The batch of a week later, which goes by all that was told.
    pub(crate) later: Duration,
    /// Median and p99.
    pub(crate) all: [Duration; 2],
    pub(crate) office: [Duration; 2],
}

/// Asks a server and a database that are its own.
pub(crate) async fn measure(args: &Args) -> Result<Waits, Error> {
    let url = database::create(&args.postgres, Target::Layover).await?;
    let journeys = args.scale().journeys.to_string();
    let ended = run(args, &url, &["demo", "--anyway", "--journeys", &journeys]).await?;
    let mut database = Database::open(&url).await?;
    let counted = database.counted().await?;
    database.let_a_week_pass().await?;
    database.rest().await?;
    let ended_later = run(args, &url, &["count"]).await?;
    let later = database.counted().await?;
    if later.begun <= ended {
        return Err("a week later nothing was counted".into());
    }
    database.rest().await?;
    let service = Service::start(Target::Layover, args, &url).await?;
    let all = pages(service.door, ALL).await?;
    let office = pages(service.door, OFFICE).await?;
    service.stop().await?;
    let Counted {
        journeys,
        stages,
        cells,
        begun,
    } = counted;
    Ok(Waits {
        journeys,
        stages,
        cells,
        batch: Duration::try_from_secs_f64(ended - begun)?,
        later: Duration::try_from_secs_f64(ended_later - later.begun)?,
        all,
        office,
    })
}

/// Runs the program on the database. Returns when it was done, in seconds since 1970.
async fn run(args: &Args, database: &Url, command: &[&str]) -> Result<f64, Error> {
    let log = File::create(args.work.join("waits.log"))?;
    let done = Command::new(&args.layover)
        .args(command)
        .env("LAYOVER_DATA", args.work.join("layover"))
        .env("DATABASE_URL", database.as_str())
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .kill_on_drop(true)
        .status()
        .await?;
    if !done.success() {
        return Err(format!("{} failed: waits.log says why", command[0]).into());
    }
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64())
}

/// How long a page takes, whole: median and p99.
async fn pages(door: Door, path: &str) -> Result<[Duration; 2], Error> {
    let client = Client::builder().tls_certs_only([]).build()?;
    let url = format!("http://{}{path}", door.address);
    let mut times = meter::histogram();
    for number in 0..WARM_UP + PAGES {
        let start = Instant::now();
        let page = client.get(&url).header(header::ACCEPT, "text/html");
        let page = page.send().await?.error_for_status()?.text().await?;
        let time = u64::try_from(start.elapsed().as_micros())?;
        if !page.contains("curve-chart") {
            return Err(format!("{path} has no curve").into());
        }
        if number >= WARM_UP {
            times.saturating_record(time);
        }
    }
    Ok([0.5, 0.99].map(|quantile| Duration::from_micros(times.value_at_quantile(quantile))))
}
