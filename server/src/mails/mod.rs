//! Mails that go out: to a server that passes them on, or into a folder where there is none.
//!
//! Nobody waits for them, so that the time that an answer takes tells nothing of what was sent. A mail
//! that cannot be delivered is tried again for a while, and its sender can ask for another one.

mod post;

use std::{future::Future, path::PathBuf, time::Duration};

use app::accounts::{Email, Letter};
use futures::future::BoxFuture;
use tokio::sync::mpsc;

pub use self::post::MailError;
use self::post::Post;
use crate::error::Error;

/// How many mails may wait.
const MOST_WAITING: usize = 1024;

/// How long after a failure the mail is tried again, each time.
const PAUSES: [Duration; 4] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(10),
];

/// How mails leave this machine.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// `smtp://` or `smtps://`, with user and password where they are needed. None: mails are files.
    pub smtp: Option<String>,
    /// Where the files are put.
    pub folder: PathBuf,
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

async fn run(post: Post, mut waiting: mpsc::Receiver<Draft>) {
    while let Some(draft) = waiting.recv().await {
        match draft.await {
            Ok(Some((to, letter))) => deliver(&post, to, letter).await,
            Ok(None) => {}
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "a mail could not be written"
            ),
        }
    }
}

/// Tries once now; what has failed is tried again beside those that come after it.
async fn deliver(post: &Post, to: Email, letter: Letter) {
    let Err(error) = post.send(&to, &letter).await else {
        return;
    };
    tracing::warn!(
        error = &error as &dyn std::error::Error,
        "a mail is tried again"
    );
    let post = post.clone();
    tokio::spawn(async move {
        for pause in PAUSES {
            tokio::time::sleep(pause).await;
            match post.send(&to, &letter).await {
                Ok(()) => return,
                Err(error) => tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a mail could not be sent"
                ),
            }
        }
        tracing::error!("a mail was given up");
    });
}
