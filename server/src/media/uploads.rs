//! Uploads that go on after a broken connection. They are their sender's alone.

mod doors;
mod metadata;
pub(super) mod store;

use std::time::Duration;

use app::{
    accounts::User,
    error::ErrorCode,
    ids::MediaId,
    media::{AltText, FileName},
};
use bytes::Bytes;
use futures::Stream;

use self::store::Upload;
use super::{Media, images};
use crate::error::Error;

pub(crate) use self::doors::{begin, cancel, describe, go_on, options};

/// How long one request may bring bytes. The next one goes on, if its sender is still signed in.
const TURN: Duration = Duration::from_mins(5);

/// How long it may where there is no next one.
const WHOLE: Duration = Duration::from_hours(1);

/// What a person wants to send in.
pub(super) struct Asked {
    pub(super) length: u64,
    pub(super) name: FileName,
    pub(super) alt: AltText,
    /// The video that it is a still of.
    pub(super) poster_of: Option<MediaId>,
    /// Whether it is how somebody looks.
    pub(super) portrait: bool,
}

impl Media {
    /// Makes room for an upload.
    pub(super) async fn begin(&self, user: &User, asked: Asked) -> Result<Upload, Error> {
        let upload = Upload {
            id: MediaId::new(),
            length: asked.length,
            poster_of: asked.poster_of,
            portrait: asked.portrait,
            attachment: None,
        };
        if asked.length == 0 {
            return Err(ErrorCode::FileEmpty.into());
        }
        let limits = &self.limits;
        if asked.length > limits.file {
            return Err(ErrorCode::FileLarge.into());
        }
        let mut tx = self.pool.begin().await?;
        let held = store::holdings(&mut tx, user.id).await?;
        if held.uploads >= limits.uploads {
            return Err(ErrorCode::UploadsMany.into());
        }
        if limits.person > 0 && held.bytes.saturating_add(asked.length) > limits.person {
            return Err(ErrorCode::QuotaFull.into());
        }
        if let Some(video) = asked.poster_of
            && !store::takes_poster(&mut tx, user.id, video).await?
        {
            return Err(ErrorCode::MediaUnknown.into());
        }
        store::insert(&mut tx, user.id, &upload, &asked.name, &asked.alt, limits).await?;
        tx.commit().await?;
        Ok(upload)
    }

    pub(super) async fn upload(&self, user: &User, id: MediaId) -> Result<Upload, Error> {
        let upload = store::upload(&self.pool, user.id, id).await?;
        Ok(upload.ok_or(ErrorCode::MediaUnknown)?)
    }

    /// How much of it is there.
    pub(super) async fn offset(&self, upload: &Upload) -> Result<u64, Error> {
        if upload.attachment.is_some() {
            return Ok(upload.length);
        }
        let held = self.staging.hold(upload.id).await;
        let there = self.staging.length(upload.id).await;
        match held {
            // It has come in, and is being worked on.
            Err(Error::Refused(ErrorCode::Busy)) if there == upload.length => Ok(there),
            held => Ok(held?.length()),
        }
    }

    /// Takes what comes from there on. Once all is there, it becomes what a message may show. Returns how
    /// much is there.
    pub(super) async fn receive<E>(
        &self,
        user: &User,
        id: MediaId,
        offset: u64,
        pieces: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<u64, Error> {
        let mut held = self.staging.hold(id).await?;
        // Whoever held it before may have finished it, or have given it up.
        let upload = self.upload(user, id).await?;
        if upload.attachment.is_some() {
            return Ok(upload.length);
        }
        if held.length() != offset {
            return Err(ErrorCode::UploadMoved.into());
        }
        held.append(pieces, upload.length, TURN).await?;
        if held.length() == upload.length {
            self.finish(user, &upload, held.path()).await?;
        }
        Ok(held.length())
    }

    /// The whole of something, at once. What breaks off is given up.
    pub(super) async fn receive_whole<E>(
        &self,
        user: &User,
        asked: Asked,
        pieces: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<MediaId, Error> {
        let mut upload = self.begin(user, asked).await?;
        let mut held = self.staging.hold(upload.id).await?;
        let appended = held.append(pieces, upload.length, WHOLE).await;
        upload.length = held.length();
        let received = match appended {
            Ok(false) => Err(ErrorCode::BadRequest.into()),
            Ok(true) if upload.length == 0 => Err(ErrorCode::FileEmpty.into()),
            Ok(true) => self.finish(user, &upload, held.path()).await,
            Err(error) => Err(error),
        };
        if let Err(error) = received {
            self.give_up(upload.id).await?;
            return Err(error);
        }
        Ok(upload.id)
    }

    /// What something shows, in words of its sender, as long as no message shows it.
    pub(super) async fn set_alt(
        &self,
        user: &User,
        id: MediaId,
        alt: &AltText,
    ) -> Result<(), Error> {
        if store::set_alt(&self.pool, user.id, id, alt).await? {
            Ok(())
        } else {
            Err(ErrorCode::MediaUnknown.into())
        }
    }

    /// How somebody looks: the middle of a picture, as a small square. It goes within a day, unless their
    /// profile shows it by then. It is no longer than `most` bytes.
    pub(crate) async fn receive_portrait<E>(
        &self,
        user: &User,
        name: &str,
        most: u64,
        pieces: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<MediaId, Error> {
        let asked = Asked {
            length: most.min(self.limits.file).min(images::MOST_BYTES),
            name: FileName::of(name),
            alt: AltText::default(),
            poster_of: None,
            portrait: true,
        };
        self.receive_whole(user, asked, pieces).await
    }

    /// Nobody wants it any more.
    pub(super) async fn cancel(&self, user: &User, id: MediaId) -> Result<(), Error> {
        let upload = self.upload(user, id).await?;
        let _held = self.staging.hold(upload.id).await?;
        self.give_up(upload.id).await
    }

    /// Nobody else is at its bytes: it is held, or has come in.
    pub(crate) async fn give_up(&self, id: MediaId) -> Result<(), Error> {
        let mut db = self.pool.acquire().await?;
        super::store::doom_unshown(&mut db, id).await?;
        self.staging.remove(id).await?;
        Ok(())
    }
}
