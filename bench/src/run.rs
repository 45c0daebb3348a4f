//! The order of things: each target by itself, then what only Layover is asked, then the report.

use std::collections::HashMap;

use url::Url;
use uuid::Uuid;

use crate::{
    Error,
    args::{Args, Part},
    closed::{self, Closed, Processes, Shape},
    database::{self, Database},
    door::Seat,
    durable::{self, Durable},
    history::{self, History},
    idle::{self, Idle},
    machine,
    media::{self, Media},
    open::{self, Open},
    report,
    schedule::{ladder, ladder_of_others},
    service::Service,
    target::Target,
    times::{self, Times},
    waits::{self, Waits},
};

/// All that was measured.
#[derive(Debug, Default)]
pub(crate) struct Results {
    pub(crate) machine: String,
    pub(crate) quick: bool,
    /// One for each shape.
    pub(crate) closed: HashMap<Target, Vec<Closed>>,
    /// One for each rate, in order.
    pub(crate) open: HashMap<Target, Vec<Open>>,
    /// Messages a second that Django just bears.
    pub(crate) borne: Option<f64>,
    pub(crate) durable: Option<Durable>,
    pub(crate) idle: Option<Idle>,
    pub(crate) history: Option<History>,
    /// One for each way to ask.
    pub(crate) times: Vec<Times>,
    /// One for each kind.
    pub(crate) media: Vec<Media>,
    pub(crate) waits: Option<Waits>,
}

/// How often each shape of the closed loop is measured; the middle one counts.
const TURNS: usize = 3;

#[expect(clippy::print_stdout, reason = "what the program does meanwhile")]
fn say(text: &str) {
    println!("==> {text}…");
}

#[expect(clippy::print_stdout, reason = "what the program has found so far")]
fn tell(text: &str) {
    println!("    {text}");
}

pub(crate) async fn run(args: &Args) -> Result<(), Error> {
    let mut results = Results {
        quick: args.quick,
        machine: {
            let mut db = Database::open(&args.postgres).await?;
            machine::describe(&mut db).await?
        },
        ..Results::default()
    };
    if let Some(part) = args.part {
        alone(args, part, &mut results).await?;
        return report::write(args, &results);
    }
    for target in Target::ALL {
        if args.only.contains(&target) {
            compare(args, target, &mut results).await?;
        }
    }
    if args.only.contains(&Target::Layover) {
        say("Layover, what times tell of accounts");
        results.times = times::measure(args).await?;
        say("Layover, large files from many people at once");
        results.media = media::measure(args).await?;
        say("Layover, a million stages of journeys");
        results.waits = Some(waits::measure(args).await?);
    }
    report::write(args, &results)
}

/// One part, with a database that nothing else has been in.
async fn alone(args: &Args, part: Part, results: &mut Results) -> Result<(), Error> {
    match part {
        Part::Times => {
            results.times = times::measure(args).await?;
            return Ok(());
        }
        Part::Media => {
            results.media = media::measure(args).await?;
            return Ok(());
        }
        Part::Waits => {
            results.waits = Some(waits::measure(args).await?);
            return Ok(());
        }
        Part::Idle => {}
    }
    let url = database::create(&args.postgres, Target::Layover).await?;
    // Its first start makes the tables.
    Service::start(Target::Layover, args, &url)
        .await?
        .stop()
        .await?;
    let mut db = Database::open(&url).await?;
    results.idle = Some(idle::measure(args, &url, &mut db).await?);
    Ok(())
}

/// What all targets are asked; Layover is asked for more.
async fn compare(args: &Args, target: Target, results: &mut Results) -> Result<(), Error> {
    let scale = args.scale();
    let url = database::create(&args.postgres, target).await?;
    let mut closed = Vec::new();
    for shape in Shape::ALL {
        say(&format!("{}, {}", target.name(), shape.name()));
        // Each has a server of its own: what one has left undone is not the next one's.
        let service = Service::start(target, args, &url).await?;
        let processes = Processes {
            own: i32::try_from(std::process::id())?,
            server: service.pid(),
            postgres: args.postgres_pid,
            redis: args.redis_pid,
        };
        let seats = seats(target, &url, shape).await?;
        let mut turns = Vec::new();
        for _ in 0..TURNS {
            let seats = seats.clone();
            turns.push(closed::measure(service.door, processes, shape, seats, scale).await?);
        }
        let measured = closed::middle(turns);
        tell(&format!(
            "{:.0} deliveries/s, {:.2} µs of CPU each",
            measured.deliveries_per_second, measured.cpu[0]
        ));
        closed.push(measured);
        service.stop().await?;
    }

    say(&format!("{}, latency against load", target.name()));
    let service = Service::start(target, args, &url).await?;
    let borne_by_django = results.borne;
    let shape = Shape::ALL.iter().position(|shape| *shape == open::SHAPE);
    let most = shape.map_or(100.0, |shape| closed[shape].accepted_per_second);
    let rates = match (borne_by_django, results.open.get(&Target::Django)) {
        (Some(borne), Some(tried)) => {
            let tried: Vec<f64> = tried.iter().map(|step| step.rate).collect();
            ladder_of_others(&tried, borne, args.quick)
        }
        _ => ladder(most, args.quick),
    };
    let seats = seats(target, &url, open::SHAPE).await?;
    let server = service.pid();
    let mut steps = open::climb(service.door, server, &seats, &rates, scale).await?;
    if target == Target::Django {
        let borne = steps.iter().take_while(|step| step.is_borne()).last();
        results.borne = borne.map(|step| step.rate);
    }
    // What all are compared at.
    let compared = steps
        .iter_mut()
        .find(|step| Some(step.rate) == results.borne);
    if let Some(step) = compared {
        open::repeat(service.door, server, &seats, step, scale).await?;
    }
    for step in &steps {
        tell(&format!(
            "{:.0} deliveries/s: p99 {}, {} of {}",
            step.deliveries_per_second(),
            report::milliseconds(step.p99),
            step.arrived,
            step.wanted
        ));
    }
    results.closed.insert(target, closed);
    results.open.insert(target, steps);

    if target == Target::Layover {
        say("Layover, durable sends");
        let mut db = Database::open(&url).await?;
        let durable = durable::measure(service.door, &mut db, scale).await?;
        tell(&format!(
            "{:.0}/s plain, {:.0}/s spread, {:.0}/s in one room",
            durable.plain, durable.spread, durable.hot
        ));
        results.durable = Some(durable);
        if !args.no_history {
            say("Layover, a long history");
            let server = service.pid();
            let history = history::measure(service.door, server, &mut db, scale).await?;
            results.history = Some(history);
        }
        service.stop().await?;
        say("Layover, idle connections that then all come back");
        results.idle = Some(idle::measure(args, &url, &mut db).await?);
        return Ok(());
    }
    service.stop().await
}

/// Everybody of the shape in their rooms; the peers need no more than numbers.
async fn seats(target: Target, url: &Url, shape: Shape) -> Result<Vec<(Seat, Vec<Uuid>)>, Error> {
    if target == Target::Layover {
        return Database::open(url).await?.seats(shape).await;
    }
    let rooms: Vec<Uuid> = (0..shape.rooms).map(|_| Uuid::now_v7()).collect();
    let seats = (0..shape.people()).map(|user| {
        let room = rooms[user / shape.members];
        let seat = Seat {
            user,
            cookie: String::new(),
            room,
        };
        (seat, vec![room])
    });
    Ok(seats.collect())
}
