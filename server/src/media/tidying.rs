//! What nothing shows any more goes from where it is kept, however often somebody was stopped half-way.

mod store;

use std::sync::Arc;

use app::{error::ErrorCode, ids::MediaId};
use sqlx::PgPool;
use uuid::Uuid;

use super::{Media, MediaConfig, store::doom_unshown};
use crate::error::Error;

/// Tidies up.
pub struct Tidier(Arc<Media>);

impl Tidier {
    pub(crate) fn new(media: Arc<Media>) -> Self {
        Self(media)
    }

    /// Of a node that does nothing else.
    ///
    /// # Errors
    ///
    /// When the store cannot be spoken to in safety.
    pub fn alone(pool: PgPool, config: &MediaConfig) -> Result<Self, reqwest::Error> {
        Ok(Self(Arc::new(Media::new(pool, config)?)))
    }

    /// Dooms what has expired, and deletes what is doomed: first its bytes, then its row, so that nothing
    /// is kept that no row tells of.
    ///
    /// # Errors
    ///
    /// When it cannot be found out what there is to do.
    pub async fn tidy(&self) -> Result<(), Error> {
        let media = &self.0;
        for (id, finished) in store::expired(&media.pool).await? {
            media.expire(id, finished).await?;
        }
        let mut last = MediaId(Uuid::nil());
        loop {
            let doomed = store::doomed(&media.pool, last).await?;
            let Some(&latest) = doomed.last() else { break };
            last = latest;
            for id in doomed {
                if let Err(error) = media.delete(id).await {
                    tracing::warn!(
                        media.id = %id,
                        error = &error as &dyn std::error::Error,
                        "what was deleted could not be taken out of the store; the next round tries again"
                    );
                }
            }
        }
        media.sweep().await
    }
}

impl Media {
    async fn expire(&self, id: MediaId, finished: bool) -> Result<(), Error> {
        // Something that is just coming in is let in.
        let held = if finished {
            None
        } else {
            match self.staging.hold(id).await {
                Ok(held) => Some(held),
                Err(_) => return Ok(()),
            }
        };
        let mut db = self.pool.acquire().await?;
        doom_unshown(&mut db, id).await?;
        drop(held);
        Ok(())
    }

    async fn delete(&self, id: MediaId) -> Result<(), Error> {
        // Whoever is still putting it into the store, on whichever node, is waited for: its row goes last.
        let held = match self.staging.hold(id).await {
            Err(Error::Refused(ErrorCode::Busy)) => return Ok(()),
            held => held?,
        };
        self.objects.delete(id).await?;
        store::forget(&self.pool, id).await?;
        self.staging.remove(id).await?;
        drop(held);
        Ok(())
    }

    /// Files of which the database knows nothing: it was restored from a backup, perhaps.
    async fn sweep(&self) -> Result<(), Error> {
        let old = self.staging.older_than(2 * self.limits.expiry).await?;
        let known = store::known(&self.pool, &old).await?;
        for id in old.into_iter().filter(|id| !known.contains(id)) {
            self.staging.remove(id).await?;
        }
        Ok(())
    }
}
