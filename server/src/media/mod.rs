//! Media: pictures, videos and files come in, are made harmless, and go out to those who may see the
//! messages that show them.
//!
//! Invariants: nothing is held in memory whole but a picture while it is made anew, and how much of that
//! happens at once is rationed; what a file is, is told by its bytes; what comes in is served as a picture
//! or a video only after it was read as one; a row in the database outlives whatever is kept of it.

mod finishing;
pub(crate) mod forms;
mod images;
mod intake;
mod kinds;
mod limits;
mod objects;
mod policy;
mod ranges;
pub(crate) mod serving;
mod staging;
pub(crate) mod store;
mod tidying;
mod turns;
mod uploads;
mod videos;

use std::{path::PathBuf, sync::Arc};

use app::{
    accounts::User,
    error::AppError,
    ids::MediaId,
    media::{AltText, MediaKind, Variant},
};
use async_trait::async_trait;
use sqlx::PgPool;

use self::{
    objects::{Bucket, Cloudinary, Folder, Objects, Piecemeal},
    staging::Staging,
    turns::Turns,
};

pub(crate) use self::{
    forms::send_form,
    serving::serve,
    uploads::{begin, cancel, describe, go_on, options},
};
use crate::error::Error;

pub use self::{
    limits::MediaLimits,
    objects::{BucketConfig, CloudinaryConfig, Digest},
    tidying::Tidier,
};

/// Where media are kept, and how much of them.
#[derive(Clone)]
pub struct MediaConfig {
    /// Nodes on one database share it.
    pub folder: PathBuf,
    pub store: MediaStore,
    pub limits: MediaLimits,
}

/// Where they are kept once they have come in.
#[derive(Clone)]
pub enum MediaStore {
    /// In the same folder.
    Folder,
    /// In a bucket of a service that speaks S3.
    Bucket(BucketConfig),
    /// At Cloudinary.
    Cloudinary(CloudinaryConfig),
}

/// What the slice works with.
pub(crate) struct Media {
    pool: PgPool,
    staging: Staging,
    objects: Arc<dyn Objects>,
    limits: MediaLimits,
    turns: Turns,
}

impl Media {
    pub(crate) fn new(pool: PgPool, config: &MediaConfig) -> Result<Self, reqwest::Error> {
        Ok(Self {
            pool,
            staging: Staging::new(config.folder.join("staging")),
            objects: match &config.store {
                MediaStore::Folder => Arc::new(Folder::new(config.folder.join("objects"))),
                MediaStore::Bucket(bucket) => Arc::new(Bucket::new(bucket)?),
                MediaStore::Cloudinary(account) => Arc::new(Cloudinary::new(account)?),
            },
            limits: config.limits,
            turns: Turns::new(),
        })
    }

    /// All of something, as it is read; none when it is not there.
    pub(crate) async fn whole(
        &self,
        id: MediaId,
        kind: MediaKind,
    ) -> Result<Option<Piecemeal>, Error> {
        self.form(id, kind.whole()).await
    }

    /// One of its forms, as it is read; none when it is not there.
    pub(crate) async fn form(
        &self,
        id: MediaId,
        variant: Variant,
    ) -> Result<Option<Piecemeal>, Error> {
        let key = (id, variant);
        match self.objects.size(key).await? {
            Some(size) => Ok(Some(self.objects.read(key, 0..size).await?)),
            None => Ok(None),
        }
    }
}

#[async_trait]
impl app::media::Media for Media {
    async fn describe(&self, viewer: &User, media: MediaId, alt: AltText) -> Result<(), AppError> {
        Ok(self.set_alt(viewer, media, &alt).await?)
    }
}
