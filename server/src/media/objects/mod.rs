//! Where the bytes of finished media are kept, behind one small interface.
//!
//! It refuses to know whose they are and who may have them. Invariant: deleting what is not there is no
//! error, so that whatever was interrupted can be done again.

mod bucket;
mod cloudinary;
mod folder;
mod pieces;
mod remote;

use std::{io, ops::Range, path::Path};

use app::{ids::MediaId, media::Variant};
use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

pub(super) use self::{bucket::Bucket, cloudinary::Cloudinary, folder::Folder};
pub use self::{
    bucket::BucketConfig,
    cloudinary::{CloudinaryConfig, Digest},
};

/// A form of something.
pub(super) type Key = (MediaId, Variant);

/// The bytes of an object, as they are read.
pub(super) type Piecemeal = BoxStream<'static, io::Result<Bytes>>;

#[async_trait]
pub(super) trait Objects: Send + Sync {
    /// Takes what stands in a file, which need not be there afterwards. What the object was before is
    /// gone; when this returns, a crash does not undo it.
    async fn put(&self, key: Key, file: &Path, mime: &str) -> io::Result<()>;

    /// How many bytes it has; none when it is not there.
    async fn size(&self, key: Key) -> io::Result<Option<u64>>;

    /// These bytes of it, all of which it has.
    async fn read(&self, key: Key, range: Range<u64>) -> io::Result<Piecemeal>;

    /// Deletes every form of something.
    async fn delete(&self, media: MediaId) -> io::Result<()>;
}
