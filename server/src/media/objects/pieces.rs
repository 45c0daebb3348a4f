//! Files, piece by piece.

use std::{
    io::{self, ErrorKind, SeekFrom},
    ops::Range,
    path::Path,
};

use bytes::BytesMut;
use futures::{StreamExt, stream};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
};

use super::Piecemeal;

/// How much is read at once, in bytes.
const PIECE: usize = 64 * 1024;

/// A part of a file that is there. It fails when somebody has cut it off meanwhile.
pub(super) async fn part(file: &Path, range: Range<u64>) -> io::Result<Piecemeal> {
    let mut file = File::open(file).await?;
    file.seek(SeekFrom::Start(range.start)).await?;
    let left = file.take(range.end - range.start);
    let pieces = stream::try_unfold(left, |mut left| async move {
        let mut piece = BytesMut::with_capacity(PIECE);
        let read = left.read_buf(&mut piece).await?;
        if read > 0 {
            return Ok::<_, io::Error>(Some((piece.freeze(), left)));
        }
        match left.limit() {
            0 => Ok(None),
            _ => Err(ErrorKind::UnexpectedEof.into()),
        }
    });
    Ok(pieces.boxed())
}
