//! Mails that go out: to a server that passes them on, or into a folder where there is none.
//!
//! Nobody waits for them, so that the time that an answer takes tells nothing of what was sent. A mail
//! that cannot be delivered is tried again for a while, and its sender can ask for another one.

mod post;

use std::{future::Future, path::PathBuf, sync::Arc, time::Duration};

use app::accounts::{Email, Letter};
use futures::future::BoxFuture;
use tokio::sync::{Semaphore, mpsc};

pub use self::post::MailError;
use self::post::Post;
use crate::error::Error;

/// How many mails may wait.
const MOST_WAITING: usize = 1024;

/// How many mails are on their way at once.
const AT_ONCE: usize = 4;

/// How long after a failure the mail is tried again, each time.
const PAUSES: [Duration; 4] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(10),
];

/// Where mails go.
#[derive(Debug, Clone)]
pub enum MailWay {
    /// To a server that passes them on, `smtp://` or `smtps://`, with user and password where it asks for them.
    Smtp(String),
    /// Into files in this folder.
    Folder(PathBuf),
}

/// How mails leave this machine.
#[derive(Debug, Clone)]
pub struct MailConfig {
    pub way: MailWay,
    /// Whom mails come from: `Layover <layover@example.org>`.
    pub from: String,
}

/// Writes a letter, if there is anything to write.
type Draft = BoxFuture<'static, Result<Option<(Email, Letter)>, Error>>;

/// Takes mails to be sent. Copied freely. What waits when the server stops is lost: whoever waits for it
/// asks for another one.
#[derive(Debug, Clone)]
pub(crate) struct Mails {
    drafts: mpsc::Sender<Draft>,
}

impl Mails {
    /// Starts sending on the runtime of the caller. `address` is where people find Layover.
    ///
    /// # Errors
    ///
    /// When the settings cannot be used.
    pub(crate) fn start(config: &MailConfig, address: &str) -> Result<Self, MailError> {
        let post = Post::open(config, address)?;
        let (drafts, waiting) = mpsc::channel(MOST_WAITING);
        tokio::spawn(run(post, waiting));
        Ok(Self { drafts })
    }

    /// Has a letter written and sent, later. One too many is left out, and the log says so.
    pub(crate) fn send<F>(&self, draft: F)
    where
        F: Future<Output = Result<Option<(Email, Letter)>, Error>> + Send + 'static,
    {
        if self.drafts.try_send(Box::pin(draft)).is_err() {
            tracing::error!("too many mails wait; one is left out");
        }
    }
}

/// Sends several at once: one that hangs holds up nobody else's.
async fn run(post: Post, mut waiting: mpsc::Receiver<Draft>) {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let retries = Arc::new(Semaphore::new(MOST_WAITING));
    while let Some(draft) = waiting.recv().await {
        let written = match draft.await {
            Ok(written) => written,
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "a mail could not be written");
                continue;
            }
        };
        let Some((to, letter)) = written else {
            continue;
        };
        let Ok(turn) = Arc::clone(&turns).acquire_owned().await else {
            return;
        };
        let (post, retries) = (post.clone(), Arc::clone(&retries));
        tokio::spawn(async move {
            let sent = post.send(&to, &letter).await;
            drop(turn);
            let Err(error) = sent else {
                return;
            };
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a mail could not be sent"
            );
            // As many may wait to be tried again as may wait at all.
            if let Ok(_place) = retries.try_acquire() {
                try_again(&post, &to, &letter).await;
            } else {
                tracing::error!("too many mails wait; one is given up");
            }
        });
    }
}

async fn try_again(post: &Post, to: &Email, letter: &Letter) {
    for pause in PAUSES {
        tokio::time::sleep(pause).await;
        if post.send(to, letter).await.is_ok() {
            return;
        }
    }
    tracing::error!("a mail was given up");
}
