//! The one way in which a room changes: every change of a room waits in the same shard's queue, is
//! committed there, and is published before the next one is begun.
//!
//! Posts are batched by nature and not by a timer: a shard takes whatever has queued while the last
//! commit was under way, so that a busy moment makes larger batches and not a longer queue.
//! Invariant: an answer comes after the commit, never before; within a lane nothing is committed
//! after a post whose outcome is unknown.

use std::{
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::Duration,
};

use app::{
    accounts::User,
    error::ErrorCode,
    ids::{MessageId, RoomId, UserId},
    messages::{Changes, Lane, Posting, Sent},
};
use futures::future::BoxFuture;
use sqlx::{PgPool, Postgres, Transaction, pool::PoolConnection};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::{
    posts::{Post, by_room, first_batch, rooms_of, unbroken},
    store::{self, Outcome},
};
use crate::{
    error::Error,
    hub::Hub,
    rooms::{self, Standing},
};

/// A room always waits in the same shard. Few of them: each keeps one connection busy.
const SHARDS: usize = 4;

/// How many changes may wait in a shard. More is answered `busy`.
const MOST_WAITING: usize = 8192;

/// How many changes a shard takes from its queue at once. The more of them, the more posts of each
/// room there are for one call, which locks only so many rooms.
const MOST_JOBS: usize = 4096;

/// A shard to which nothing has come for this long gives its connection back.
const LULL: Duration = Duration::from_millis(250);

type Change = Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send>;

enum Job {
    Post(Post),
    /// Any other change: commits, publishes and answers by itself.
    Change(Change),
}

/// Queues changes. Copied freely; when the last copy goes, the shards end.
#[derive(Clone)]
pub(crate) struct Writer {
    shards: Arc<[mpsc::Sender<Job>]>,
    hasher: RandomState,
    pool: PgPool,
    hub: Arc<Hub>,
}

impl Writer {
    /// Starts the shards on the runtime of the caller.
    pub(crate) fn start(pool: &PgPool, hub: &Arc<Hub>) -> Self {
        let shards = (0..SHARDS).map(|_| {
            let (queue, waiting) = mpsc::channel(MOST_WAITING);
            let shard = Shard {
                pool: pool.clone(),
                db: None,
                hub: Arc::clone(hub),
            };
            tokio::spawn(shard.run(waiting));
            queue
        });
        Self {
            shards: shards.collect(),
            hasher: RandomState::new(),
            pool: pool.clone(),
            hub: Arc::clone(hub),
        }
    }

    fn queue(&self, room: RoomId, job: Job) -> Result<(), ErrorCode> {
        let [hash, ..] = self.hasher.hash_one(room).to_ne_bytes();
        let at = usize::from(hash) % self.shards.len();
        let shard = self.shards.get(at).ok_or(ErrorCode::Unavailable)?;
        shard.try_send(job).map_err(|_| ErrorCode::Busy)
    }

    /// Queues a post behind what has been queued for the room; the future waits for its outcome.
    pub(super) fn post(
        &self,
        sender: User,
        lane: &Lane,
        posting: Posting,
    ) -> BoxFuture<'static, Result<Sent, ErrorCode>> {
        let (answer, answered) = oneshot::channel();
        let room = posting.room;
        let post = Post {
            sender,
            posting,
            message: MessageId::new(),
            lane: lane.clone(),
            answer,
        };
        let queued = self.queue(room, Job::Post(post));
        if queued.is_err() {
            lane.break_off();
        }
        Box::pin(async move {
            queued?;
            answered.await.unwrap_or(Err(ErrorCode::Unavailable))
        })
    }

    /// Carries out any other change of a room that `viewer` asks for, in its turn: one transaction,
    /// which is committed unless the change fails. What it returns as changes is published then.
    pub(crate) async fn change<T, F>(
        &self,
        room: RoomId,
        viewer: UserId,
        change: F,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Turn) -> BoxFuture<'a, Result<(T, Option<Changes>), Error>>
            + Send
            + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let (pool, hub) = (self.pool.clone(), Arc::clone(&self.hub));
        let job: Change = Box::new(move || {
            Box::pin(async move {
                let done = async {
                    let mut turn = Turn::begin(&pool, room, viewer).await?;
                    let (done, changes) = change(&mut turn).await?;
                    turn.db.commit().await?;
                    if let Some(changes) = changes {
                        hub.publish(changes);
                    }
                    Ok(done)
                };
                // Whoever asked may be gone; the change stands all the same.
                let _ = answer.send(done.await);
            })
        });
        self.queue(room, Job::Change(job))?;
        answered
            .await
            .unwrap_or_else(|_| Err(ErrorCode::Unavailable.into()))
    }
}

/// The turn of one change of a room: the room's head is locked for as long as it lasts.
pub(crate) struct Turn {
    pub(crate) db: Transaction<'static, Postgres>,
    /// The number that a change takes next.
    pub(crate) seq: i64,
    /// How whoever asks for the change stands to the room, seen under the lock.
    pub(crate) standing: Standing,
}

impl Turn {
    async fn begin(pool: &PgPool, room: RoomId, viewer: UserId) -> Result<Self, Error> {
        let mut db = pool.begin().await?;
        let seq = rooms::store::lock_head(&mut db, room).await? + 1;
        let (standing, _) = rooms::store::standing(&mut db, room, Some(viewer)).await?;
        Ok(Self { db, seq, standing })
    }
}

struct Shard {
    pool: PgPool,
    /// Kept while posts come: getting it from the pool and giving it back costs as much as a call.
    db: Option<PoolConnection<Postgres>>,
    hub: Arc<Hub>,
}

impl Shard {
    async fn run(mut self, mut waiting: mpsc::Receiver<Job>) {
        let mut jobs = Vec::new();
        loop {
            let came = timeout(LULL, waiting.recv_many(&mut jobs, MOST_JOBS)).await;
            let count = if let Ok(count) = came {
                count
            } else {
                self.db = None;
                waiting.recv_many(&mut jobs, MOST_JOBS).await
            };
            if count == 0 {
                return;
            }
            let mut posts = Vec::new();
            for job in jobs.drain(..) {
                match job {
                    Job::Post(post) => posts.push(post),
                    Job::Change(change) => {
                        self.post_all(std::mem::take(&mut posts)).await;
                        change().await;
                    }
                }
            }
            self.post_all(posts).await;
        }
    }

    /// One call of the database. A connection on which one has failed is given back.
    async fn call(&mut self, batch: &[Post], patient: bool) -> Result<Vec<Outcome>, Error> {
        let mut db = match self.db.take() {
            Some(db) => db,
            None => self.pool.acquire().await?,
        };
        let outcomes = store::post(&mut db, batch, patient).await?;
        self.db = Some(db);
        Ok(outcomes)
    }

    /// Posts all, in as few calls as the bounds allow.
    async fn post_all(&mut self, mut posts: Vec<Post>) {
        while !posts.is_empty() {
            let (batch, later) = first_batch(posts);
            let skipped = self.post_batch(batch).await;
            // Another node holds these rooms: each goes alone now, and waits.
            for batch in by_room(skipped) {
                self.post_room(batch).await;
            }
            posts = later;
        }
    }

    /// One call. Returns the posts whose rooms were skipped.
    async fn post_batch(&mut self, batch: Vec<Post>) -> Vec<Post> {
        let batch = unbroken(batch);
        if batch.is_empty() {
            return Vec::new();
        }
        // A single room has nobody to wait behind it.
        if rooms_of(&batch).len() == 1 {
            self.post_room(batch).await;
            return Vec::new();
        }
        match self.call(&batch, false).await {
            Ok(outcomes) => self.settle(batch, outcomes),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    posts = batch.len(),
                    "a batch failed; trying room by room"
                );
                for batch in by_room(batch) {
                    self.post_room(batch).await;
                }
                Vec::new()
            }
        }
    }

    /// One call for one room. If it fails, the outcome of each post is unknown.
    async fn post_room(&mut self, batch: Vec<Post>) {
        let batch = unbroken(batch);
        if batch.is_empty() {
            return;
        }
        match self.call(&batch, true).await {
            Ok(outcomes) => {
                for post in self.settle(batch, outcomes) {
                    post.unknown();
                }
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    posts = batch.len(),
                    "posts failed"
                );
                for post in batch {
                    post.unknown();
                }
            }
        }
    }

    /// Publishes what was posted and answers. Returns what was skipped.
    fn settle(&self, batch: Vec<Post>, outcomes: Vec<Outcome>) -> Vec<Post> {
        let mut skipped = Vec::new();
        let mut answers = Vec::with_capacity(batch.len());
        let mut posted: Vec<Changes> = Vec::new();
        for (post, outcome) in batch.into_iter().zip(outcomes) {
            let answer = match outcome {
                Outcome::Posted {
                    sent_at,
                    sent,
                    media,
                } => {
                    let room = post.posting.room;
                    let message = post.message(sent, sent_at, media);
                    let known = posted.iter_mut().find(|changes| changes.room == room);
                    match known {
                        Some(changes) => {
                            changes.last_seq = sent.seq;
                            changes.items.push(message);
                        }
                        None => posted.push(super::one_change(room, message)),
                    }
                    Ok(sent)
                }
                Outcome::Duplicate(sent) => Ok(sent),
                Outcome::Refused(code) => Err(code),
                Outcome::Skipped => {
                    skipped.push(post);
                    continue;
                }
            };
            answers.push((post.answer, answer));
        }
        for changes in posted {
            self.hub.publish(changes);
        }
        for (asker, answer) in answers {
            // Whoever asked may be gone.
            let _ = asker.send(answer);
        }
        skipped
    }
}
