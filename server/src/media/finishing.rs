//! What becomes of a file that has come in whole.
//!
//! Each step may be done again: until the last one, the row says that the file is coming in. Who is
//! interrupted after the file has gone into the store is asked for it once more.

use std::path::{Path, PathBuf};

use app::{
    accounts::User,
    error::ErrorCode,
    ids::{MediaId, UserId},
    media::{MediaKind, Variant},
};
use image::ImageFormat;
use tokio::{io::AsyncReadExt, task::spawn_blocking};

use super::{
    Media,
    images::{self, Picture},
    kinds::{HEAD, Kind},
    store::doom_unshown,
    uploads::store::{self, Facts, Upload},
    videos,
};
use crate::{allocator, error::Error};

/// A form of it, ready to be kept.
struct Form {
    variant: Variant,
    path: PathBuf,
    mime: &'static str,
}

/// What stills of videos are served as.
pub(super) const POSTER: &str = "image/jpeg";

const PLAIN: &str = "application/octet-stream";

impl Media {
    /// Nobody else works on the file. What is refused is over; any other error leaves all as it was.
    pub(super) async fn finish(
        &self,
        user: &User,
        upload: &Upload,
        path: &Path,
    ) -> Result<(), Error> {
        let finished = match upload.poster_of {
            Some(video) => self.finish_poster(user.id, upload, video, path).await,
            None => self.finish_whole(user.id, upload, path).await,
        };
        let over = match &finished {
            Ok(()) => true,
            Err(Error::Refused(code)) => *code != ErrorCode::Busy,
            Err(_) => false,
        };
        if finished.is_err() && over {
            let mut db = self.pool.acquire().await?;
            doom_unshown(&mut db, upload.id).await?;
        }
        if over {
            self.staging.remove(upload.id).await?;
        }
        finished
    }

    async fn finish_whole(&self, user: UserId, upload: &Upload, path: &Path) -> Result<(), Error> {
        let portrait = upload.portrait;
        let (mut facts, forms) = match kind_of(path).await? {
            Kind::Picture(format) => {
                whole_picture(self.picture(user, path, format, portrait).await?)
            }
            _ if portrait => return Err(ErrorCode::PictureKind.into()),
            Kind::Mp4 => self.video(user, path, videos::Container::Mp4).await?,
            Kind::WebM => self.video(user, path, videos::Container::WebM).await?,
            Kind::OtherPicture => return Err(ErrorCode::PictureKind.into()),
            Kind::File => plain_file(path),
        };
        for form in &forms {
            let size = tokio::fs::metadata(&form.path).await?.len();
            facts.size = facts.size.max(size);
            facts.stored += size;
            let key = (upload.id, form.variant);
            self.objects.put(key, &form.path, form.mime).await?;
        }
        if !store::finish(&self.pool, upload.id, &facts, &self.limits).await? {
            // Its account was deleted meanwhile, and its row may have gone already.
            self.objects.delete(upload.id).await?;
        }
        Ok(())
    }

    /// A still of a video has to be a picture, through which nothing shines, and is made anew like one.
    async fn finish_poster(
        &self,
        user: UserId,
        upload: &Upload,
        video: MediaId,
        path: &Path,
    ) -> Result<(), Error> {
        let Kind::Picture(format) = kind_of(path).await? else {
            return Err(ErrorCode::PictureKind.into());
        };
        let picture = self.picture(user, path, format, false).await?;
        if picture.mime != POSTER {
            return Err(ErrorCode::PictureKind.into());
        }
        // One at a time, and while nobody deletes the video: its row tells of what is put there.
        let held = self.staging.hold(video).await?;
        let mut db = self.pool.acquire().await?;
        let takes = store::takes_poster(&mut db, user, video).await?;
        drop(db);
        let put = if takes {
            self.put_poster(upload, video, &picture).await
        } else {
            Err(ErrorCode::MediaUnknown.into())
        };
        self.staging.remove(video).await?;
        drop(held);
        put
    }

    async fn put_poster(
        &self,
        upload: &Upload,
        video: MediaId,
        picture: &Picture,
    ) -> Result<(), Error> {
        let size = tokio::fs::metadata(&picture.large).await?.len();
        let key = (video, Variant::Poster);
        self.objects.put(key, &picture.large, picture.mime).await?;
        let placeholder = &picture.placeholder;
        if store::finish_poster(&self.pool, upload.id, video, placeholder, size).await? {
            Ok(())
        } else {
            Err(ErrorCode::MediaUnknown.into())
        }
    }

    /// Makes a picture anew, in turn and when there is memory for it.
    async fn picture(
        &self,
        user: UserId,
        path: &Path,
        format: ImageFormat,
        portrait: bool,
    ) -> Result<Picture, Error> {
        let turn = self.turns.wait(user).await?;
        let at = path.to_owned();
        let header = spawn_blocking(move || images::look(&at, format)).await;
        let header = header.map_err(|_| ErrorCode::PictureBroken)??;
        let _memory = turn.take(header.cost).await?;
        let at = path.to_owned();
        let made = spawn_blocking(move || {
            let made = images::make(&at, header, portrait);
            allocator::give_back();
            made
        })
        .await;
        // A decoder that panics has met what it cannot read.
        made.map_err(|_| ErrorCode::PictureBroken)?
    }

    async fn video(
        &self,
        user: UserId,
        path: &Path,
        container: videos::Container,
    ) -> Result<(Facts, Vec<Form>), Error> {
        let (at, longest) = (path.to_owned(), self.limits.video);
        let turn = self.turns.wait(user).await?;
        let _memory = turn.take(videos::MEMORY).await?;
        let video = spawn_blocking(move || videos::clean(&at, container, longest)).await??;
        let mime = container.mime();
        let facts = Facts {
            width: Some(video.width),
            height: Some(video.height),
            duration: Some(video.milliseconds),
            ..Facts::of(MediaKind::Video, mime)
        };
        Ok((facts, vec![Form::original(path, mime)]))
    }
}

async fn kind_of(path: &Path) -> Result<Kind, Error> {
    let mut head = Vec::with_capacity(HEAD);
    let file = tokio::fs::File::open(path).await?;
    file.take(HEAD as u64).read_to_end(&mut head).await?;
    Ok(Kind::of(&head))
}

fn whole_picture(picture: Picture) -> (Facts, Vec<Form>) {
    let Picture {
        large,
        small,
        mime,
        width,
        height,
        placeholder,
    } = picture;
    let facts = Facts {
        width: Some(width),
        height: Some(height),
        placeholder,
        ..Facts::of(MediaKind::Image, mime)
    };
    let form = |variant, path| Form {
        variant,
        path,
        mime,
    };
    let forms = vec![form(Variant::Small, small), form(Variant::Large, large)];
    (facts, forms)
}

fn plain_file(path: &Path) -> (Facts, Vec<Form>) {
    let facts = Facts::of(MediaKind::File, PLAIN);
    (facts, vec![Form::original(path, PLAIN)])
}

impl Form {
    fn original(path: &Path, mime: &'static str) -> Self {
        Self {
            variant: Variant::Original,
            path: path.to_owned(),
            mime,
        }
    }
}

impl Facts {
    fn of(kind: MediaKind, mime: &'static str) -> Self {
        Self {
            kind,
            mime,
            width: None,
            height: None,
            duration: None,
            placeholder: String::new(),
            size: 0,
            stored: 0,
        }
    }
}
