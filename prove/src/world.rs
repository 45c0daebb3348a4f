//! The system under test, whole: PostgreSQL, Redis, the nodes, a link between any two, and clients.

use std::{
    collections::{HashMap, HashSet},
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use app::{
    ids::{RoomId, UserId},
    rooms::RoomReply,
};
use futures::future::try_join_all;
use serde_json::{Value, json};
use sqlx::PgConnection;
use tempfile::TempDir;
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{Instant, sleep},
};

use crate::{
    Error,
    checker::Limits,
    dice::Dice,
    history::Recorder,
    people::{Answer, Client, Door, Order, Pace, Report, Route},
    processes::{self, Disk, Node, NodeSettings, Postgres, Programs, Redis},
    proxy::{Link, Mischief, Speaks, Spy},
    store::{self, Account},
};

/// What all worlds of a run share.
#[derive(Debug)]
pub(crate) struct Workshop {
    pub(crate) folder: TempDir,
    pub(crate) programs: Programs,
    pub(crate) binary: PathBuf,
    pub(crate) site: Option<PathBuf>,
}

impl Workshop {
    pub(crate) fn open(binary: &Path) -> Result<Self, Error> {
        let folder = tempfile::Builder::new()
            .prefix("layover-prove.")
            .tempdir()?;
        // PostgreSQL runs as another user where root starts it, and has to pass through.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711))?;
        let programs = Programs::find()?;
        programs.make(&folder.path().join("template"))?;
        Ok(Self {
            folder,
            programs,
            binary: binary.canonicalize()?,
            site: std::env::var_os("LAYOVER_SITE").map(PathBuf::from),
        })
    }
}

/// How large a world is.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(crate) nodes: usize,
    pub(crate) clients: u32,
    pub(crate) rooms: usize,
    pub(crate) members: usize,
    /// So many clients, the last, connect by links of their own, which can be broken alone.
    pub(crate) rough: u32,
    pub(crate) redis: bool,
    /// More environment of the last node.
    pub(crate) environment: Vec<(String, String)>,
    /// PostgreSQL's folder is a disk of its own, of so many MiB.
    pub(crate) disk: Option<u32>,
}

pub(crate) struct Person {
    pub(crate) number: u32,
    pub(crate) user: UserId,
    pub(crate) rooms: Vec<RoomId>,
    orders: mpsc::Sender<Order>,
}

pub(crate) struct World {
    pub(crate) people: Vec<Person>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) fronts: Vec<Link>,
    pub(crate) rough: Vec<Link>,
    pub(crate) database_links: Vec<Link>,
    pub(crate) spies: Vec<Arc<Spy>>,
    pub(crate) redis_links: Vec<Link>,
    pub(crate) mischief: Arc<Mischief>,
    pub(crate) redis: Option<Redis>,
    pub(crate) postgres: Postgres,
    pub(crate) disk: Option<Disk>,
    pub(crate) rooms: Vec<RoomId>,
    /// The number of the person who made each room.
    pub(crate) owners: HashMap<RoomId, usize>,
    pub(crate) recorder: Recorder,
    pub(crate) dice: Dice,
    pub(crate) unwell: HashSet<u32>,
    pub(crate) limits: Limits,
    /// How long it may take to come to rest before it is judged as it is.
    pub(crate) patience: Duration,
    pub(crate) most_memory: HashMap<String, u64>,
    pub(crate) folder: PathBuf,
    pace: watch::Sender<Pace>,
}

impl World {
    pub(crate) async fn make(
        workshop: &Workshop,
        name: &str,
        setup: &Setup,
        dice: Dice,
    ) -> Result<Self, Error> {
        let folder = workshop.folder.path().join(name);
        fs::create_dir(&folder)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o711))?;
        let mut disk = None;
        let cluster = match setup.disk {
            Some(size) => {
                let mount = folder.join("disk");
                disk = Disk::mount(&mount, size)?;
                mount.join("cluster")
            }
            None => folder.join("cluster"),
        };
        processes::copy(&workshop.folder.path().join("template"), &cluster)?;
        let log = folder.join("postgres.log");
        let postgres = Postgres::start(workshop.programs.clone(), cluster, log).await?;
        let redis = if setup.redis {
            Some(Redis::start(folder.join("redis.log")).await?)
        } else {
            None
        };
        let mut world = Self {
            people: Vec::new(),
            nodes: Vec::new(),
            fronts: Vec::new(),
            rough: Vec::new(),
            database_links: Vec::new(),
            spies: Vec::new(),
            redis_links: Vec::new(),
            mischief: Arc::default(),
            redis,
            postgres,
            disk,
            rooms: Vec::new(),
            owners: HashMap::new(),
            recorder: Recorder::new(),
            dice,
            unwell: HashSet::new(),
            limits: Limits::default(),
            patience: Duration::from_mins(1),
            most_memory: HashMap::new(),
            folder,
            pace: watch::Sender::new(Pace::REST),
        };
        for number in 0..setup.nodes {
            world.add_node(workshop, setup, number).await?;
        }
        world.settle_in(setup).await?;
        Ok(world)
    }

    async fn add_node(
        &mut self,
        workshop: &Workshop,
        setup: &Setup,
        number: usize,
    ) -> Result<(), Error> {
        let fork = |name: &str| self.dice.fork(&format!("{name} {number}"));
        let spy = Arc::new(Spy::default());
        let speaks = Speaks::Postgres(Arc::clone(&spy));
        let database = Link::open(self.postgres.port, speaks, fork("database")).await?;
        let redis_url = match &self.redis {
            Some(redis) => {
                let speaks = Speaks::Redis(Arc::clone(&self.mischief));
                let link = Link::open(redis.port, speaks, fork("redis")).await?;
                let url = format!("redis://127.0.0.1:{}", link.port);
                self.redis_links.push(link);
                Some(url)
            }
            None => None,
        };
        let port = processes::free_port()?;
        let name = format!("node {}", number + 1);
        let last = number + 1 == setup.nodes;
        let settings = NodeSettings {
            log: self.folder.join(format!("node-{}.log", number + 1)),
            data: self.folder.join(format!("node-{}", number + 1)),
            name,
            binary: workshop.binary.clone(),
            site: workshop.site.clone(),
            port,
            database_url: processes::url(database.port),
            redis_url,
            environment: setup.environment.iter().filter(|_| last).cloned().collect(),
        };
        fs::create_dir_all(&settings.data)?;
        self.fronts
            .push(Link::open(port, Speaks::Bytes, fork("front")).await?);
        self.rough
            .push(Link::open(port, Speaks::Narrow, fork("rough")).await?);
        self.database_links.push(database);
        self.spies.push(spy);
        self.nodes.push(Node::start(settings).await?);
        Ok(())
    }

    /// People with accounts and rooms, all connected.
    async fn settle_in(&mut self, setup: &Setup) -> Result<(), Error> {
        let mut bytes = self.dice.fork("tokens");
        let mut token = || {
            let mut token = [0; 32];
            for part in token.chunks_mut(8) {
                part.copy_from_slice(&bytes.throw().to_le_bytes());
            }
            token
        };
        let mut db = self.database().await?;
        let accounts = store::make_accounts(&mut db, setup.clients, &mut token).await?;
        let members = self.make_rooms(setup, &accounts).await?;
        for (number, account) in (0..setup.clients).zip(accounts) {
            let rough = number >= setup.clients - setup.rough;
            let links = if rough { &self.rough } else { &self.fronts };
            let route = Route {
                ports: links.iter().map(|link| link.port).collect(),
                small: rough,
            };
            let (orders, taken) = mpsc::channel(256);
            let person = Person {
                number,
                user: account.user,
                rooms: members.get(&number).cloned().unwrap_or_default(),
                orders,
            };
            let dice = self.dice.fork(&format!("client {number}"));
            let client = Client::new(number, account, route, self.recorder.clone(), dice);
            tokio::spawn(client.run(taken, self.pace.subscribe()));
            for room in &person.rooms {
                person.order(Order::Open(*room)).await;
            }
            self.people.push(person);
        }
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let reports = self.reports().await;
            let ready = |report: &Report| report.since.is_some() && report.open == 0;
            if reports.values().all(ready) {
                return Ok(());
            }
            if Instant::now() > end {
                return Err("the clients did not come online".into());
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Rooms and who is in them, the person's number to their rooms.
    async fn make_rooms(
        &mut self,
        setup: &Setup,
        accounts: &[Account],
    ) -> Result<HashMap<u32, Vec<RoomId>>, Error> {
        let port = self
            .fronts
            .first()
            .map(|front| front.port)
            .unwrap_or_default();
        let mut dice = self.dice.fork("rooms");
        let mut making = Vec::new();
        for number in 0..setup.rooms {
            // Everybody is in some room: the first members go round.
            let mut chosen: Vec<usize> = Vec::new();
            let mut next = number * accounts.len() / setup.rooms;
            let share = accounts.len().div_ceil(setup.rooms);
            while chosen.len() < setup.members.min(accounts.len()) {
                let person = if chosen.len() < share {
                    next += 1;
                    (next - 1) % accounts.len()
                } else {
                    dice.below(accounts.len())
                };
                if !chosen.contains(&person) {
                    chosen.push(person);
                }
            }
            making.push(async move {
                let doors: Vec<_> = chosen
                    .iter()
                    .filter_map(|person| Some(Door::new(accounts.get(*person)?.cookie.clone())))
                    .collect();
                let mut doors = doors.iter();
                let owner = doors.next().ok_or("a room has no members")?;
                let input = json!({"name": format!("room {number}"), "kind": "public"});
                let made = owner.call::<RoomReply>(port, "rooms/create", &input).await;
                let Answer::Done(RoomReply { room }) = made else {
                    return Err(format!("a room cannot be made: {made:?}").into());
                };
                for door in doors {
                    let joined: Answer<Value> = door
                        .call(port, "rooms/join", &json!({"room": room.id}))
                        .await;
                    if !matches!(joined, Answer::Done(_)) {
                        return Err(format!("a room cannot be joined: {joined:?}").into());
                    }
                }
                Ok::<_, Error>((room.id, chosen))
            });
        }
        let mut members: HashMap<u32, Vec<RoomId>> = HashMap::new();
        for (room, chosen) in try_join_all(making).await? {
            self.rooms.push(room);
            self.owners
                .insert(room, chosen.first().copied().unwrap_or(0));
            for person in chosen {
                members
                    .entry(u32::try_from(person)?)
                    .or_default()
                    .push(room);
            }
        }
        Ok(members)
    }

    /// A connection past the proxies, as soon as there is one.
    pub(crate) async fn database(&self) -> Result<PgConnection, Error> {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            match store::connect(&self.postgres.url()).await {
                Err(_) if Instant::now() < end => sleep(Duration::from_millis(100)).await,
                connected => return connected,
            }
        }
    }

    /// Writes down what the harness does next.
    pub(crate) fn nemesis(&self, does: &str) {
        self.recorder.nemesis(does);
    }

    /// From now on all clients together do so much a second.
    pub(crate) fn load(&self, per_second: f64) {
        let people = u32::try_from(self.people.len()).unwrap_or(1).max(1);
        self.pace(Pace::of(per_second / f64::from(people)));
    }

    pub(crate) fn pace(&self, pace: Pace) {
        self.pace.send_replace(pace);
    }

    /// Lets time pass, and looks at the nodes' memory meanwhile.
    pub(crate) async fn run(&mut self, seconds: f64) {
        let end = Instant::now() + Duration::from_secs_f64(seconds);
        while Instant::now() < end {
            self.measure();
            sleep(Duration::from_millis(100).min(end - Instant::now())).await;
        }
    }

    pub(crate) fn measure(&mut self) {
        for node in &self.nodes {
            let bytes = node.pid().and_then(processes::memory).unwrap_or(0);
            let most = self
                .most_memory
                .entry(node.settings.name.clone())
                .or_default();
            *most = bytes.max(*most);
        }
    }

    /// How each client stands.
    pub(crate) async fn reports(&self) -> HashMap<u32, Report> {
        let mut reports = HashMap::new();
        for person in &self.people {
            let (reply, answer) = oneshot::channel();
            person.order(Order::Report(reply)).await;
            if let Ok(report) = answer.await {
                reports.insert(person.number, report);
            }
        }
        reports
    }
}

impl Person {
    pub(crate) async fn order(&self, order: Order) {
        // A client ends with its world.
        let _ = self.orders.send(order).await;
    }
}
