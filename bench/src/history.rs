//! A long history: opening a room and paging back, in a room of a few messages and then, in the
//! same room, of millions.

use std::time::{Duration, Instant};

use reqwest::{Client, header};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Error,
    args::Scale,
    database::{Database, Person},
    door::Door,
    meter,
    usage::Usage,
};

/// Messages of the room while its history is short.
const SHORT: i64 = 10_000;

/// Pages that are read for each number.
const PAGES: usize = 400;

/// How long the making of the long history may take.
const PATIENCE: Duration = Duration::from_mins(4);

/// What it took with one length of history.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) messages: i64,
    /// The newest page: median and p99.
    pub(crate) open: [Duration; 2],
    /// Pages from the middle on, back.
    pub(crate) back: [Duration; 2],
    /// The server's resident bytes afterwards.
    pub(crate) resident: u64,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct History {
    pub(crate) short: Cost,
    pub(crate) long: Cost,
}

pub(crate) async fn measure(
    door: Door,
    server: i32,
    database: &mut Database,
    scale: Scale,
) -> Result<History, Error> {
    let people = database.people(1).await?;
    let reader = &people[0];
    let room = database.rooms(1, reader.id).await?[0];
    database.join(&[(room, reader.id)]).await?;
    let have = database.fill(room, reader.id, 0, SHORT, PATIENCE).await?;
    database.rest().await?;
    let short = cost(door, server, reader, room, have).await?;
    let fill = database.fill(room, reader.id, have, scale.history, PATIENCE);
    let have = fill.await?;
    database.rest().await?;
    let long = cost(door, server, reader, room, have).await?;
    Ok(History { short, long })
}

async fn cost(
    door: Door,
    server: i32,
    reader: &Person,
    room: Uuid,
    messages: i64,
) -> Result<Cost, Error> {
    let client = Client::builder().tls_certs_only([]).build()?;
    // Not counted: the first pages find caches empty, whatever the length.
    page(&client, door, reader, room, None).await?;
    let mut open = meter::histogram();
    for _ in 0..PAGES {
        let start = Instant::now();
        page(&client, door, reader, room, None).await?;
        open.saturating_record(microseconds(start));
    }
    let (mut back, mut before) = (meter::histogram(), Some(messages / 2));
    for number in 0..PAGES {
        let start = Instant::now();
        let next = page(&client, door, reader, room, before).await?;
        if number > 0 {
            back.saturating_record(microseconds(start));
        }
        before = next.or(Some(messages / 2));
    }
    let quantiles = |histogram: &hdrhistogram::Histogram<u64>| {
        [0.5, 0.99].map(|quantile| Duration::from_micros(histogram.value_at_quantile(quantile)))
    };
    Ok(Cost {
        messages,
        open: quantiles(&open),
        back: quantiles(&back),
        resident: Usage::of(server).resident,
    })
}

fn microseconds(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// Reads a page, and tells where the one before it ends.
async fn page(
    client: &Client,
    door: Door,
    reader: &Person,
    room: Uuid,
    before: Option<i64>,
) -> Result<Option<i64>, Error> {
    let mut input = json!({"room": room});
    if let Some(before) = before {
        input["before"] = before.into();
    }
    let answer: Value = client
        .post(format!("http://{}/api/messages/page", door.address))
        .header(header::COOKIE, format!("session={}", reader.cookie))
        .header(header::ACCEPT, "application/json")
        .json(&input)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    if answer["messages"].as_array().is_none_or(Vec::is_empty) {
        return Err("a page had no messages".into());
    }
    Ok(answer["before"].as_i64())
}
