//! One direction of one connection: read, understand, wait as the mode says, write.

use std::{sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::watch,
    time::{Instant, sleep, sleep_until},
};

use super::{
    Mode, Shared, Speaks,
    postgres::{Answers, Requests, Session},
    resp::Pushes,
};
use crate::dice::Dice;

/// The most bytes that are read at once.
const PIECE: usize = 32 * 1024;

/// What becomes of a piece.
#[derive(Debug, Default)]
pub(super) struct Filtered {
    pub(super) now: Vec<Bytes>,
    /// Not before these moments.
    pub(super) later: Vec<(Instant, Bytes)>,
    /// Everything after `now` waits until the link is cut.
    pub(super) stop: bool,
}

enum Filter {
    None,
    Requests(Requests),
    Answers(Answers),
    Pushes(Pushes),
}

impl Filter {
    fn take(&mut self, piece: Bytes) -> Filtered {
        match self {
            Self::None => Filtered {
                now: vec![piece],
                ..Filtered::default()
            },
            Self::Requests(requests) => requests.take(piece),
            Self::Answers(answers) => answers.take(&piece),
            Self::Pushes(pushes) => pushes.take(&piece),
        }
    }
}

pub(super) struct Pump {
    filter: Filter,
    /// Whether this is the way back from upstream.
    back: bool,
    mode: watch::Receiver<Mode>,
    set: watch::Sender<Mode>,
}

impl Pump {
    /// The way there and the way back.
    pub(super) fn pair(shared: &Shared, dice: Dice) -> (Self, Self) {
        let (there, back) = match &shared.speaks {
            Speaks::Bytes | Speaks::Narrow => (Filter::None, Filter::None),
            Speaks::Postgres(spy) => {
                let session = Arc::new(Session::default());
                (
                    Filter::Requests(Requests::new(Arc::clone(spy), Arc::clone(&session))),
                    Filter::Answers(Answers::new(Arc::clone(spy), session)),
                )
            }
            Speaks::Redis(mischief) => (
                Filter::None,
                Filter::Pushes(Pushes::new(Arc::clone(mischief), dice)),
            ),
        };
        let pump = |filter, back| Self {
            filter,
            back,
            mode: shared.mode.clone(),
            set: shared.set.clone(),
        };
        (pump(there, false), pump(back, true))
    }

    /// Until one side ends. Returns whether the connection is to be reset.
    pub(super) async fn run(
        mut self,
        from: &mut (impl AsyncRead + Unpin),
        to: &mut (impl AsyncWrite + Unpin),
    ) -> bool {
        let mut later: Vec<(Instant, Bytes)> = Vec::new();
        let mut buffer = BytesMut::with_capacity(PIECE);
        loop {
            let due = later.iter().map(|(due, _)| *due).min();
            let pieces = tokio::select! {
                read = from.read_buf(&mut buffer) => match read {
                    Ok(0) => {
                        let _ = to.shutdown().await;
                        return false;
                    }
                    Err(_) => return true,
                    Ok(_) => {
                        let piece = buffer.split().freeze();
                        buffer.reserve(PIECE);
                        let mut filtered = self.filter.take(piece);
                        later.append(&mut filtered.later);
                        if filtered.stop {
                            let _ = write(to, filtered.now).await;
                            // Only a reset ends this.
                            return std::future::pending().await;
                        }
                        filtered.now
                    }
                },
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                    let now = Instant::now();
                    later.extract_if(.., |(due, _)| *due <= now).map(|(_, piece)| piece).collect()
                }
            };
            if self.obey(&pieces, to).await || write(to, pieces).await.is_err() {
                return true;
            }
        }
    }

    /// Waits as the mode says. Returns whether the connection is to be reset.
    async fn obey(&mut self, pieces: &[Bytes], to: &mut (impl AsyncWrite + Unpin)) -> bool {
        let size: usize = pieces.iter().map(Bytes::len).sum();
        let back = self.back;
        let held = |mode: &Mode| *mode == Mode::Hold || (back && *mode == Mode::HoldAnswers);
        let mode = match self.mode.wait_for(|mode| !held(mode)).await {
            Ok(mode) => *mode,
            Err(_) => return true,
        };
        match mode {
            Mode::Delay(wait) => sleep(wait).await,
            Mode::Throttle(rate) => {
                let seconds = u32::try_from(size).unwrap_or(u32::MAX);
                sleep(Duration::from_secs_f64(
                    f64::from(seconds) / f64::from(rate.max(1)),
                ))
                .await;
            }
            Mode::Tear if size > 1 => {
                // One connection is torn, not all.
                if self.set.send_if_modified(|mode| {
                    let first = *mode == Mode::Tear;
                    *mode = Mode::Pass;
                    first
                }) {
                    let half = pieces.first().map(|piece| piece.slice(..piece.len() / 2));
                    let _ = write(to, half.into_iter().collect()).await;
                    return true;
                }
            }
            Mode::Cut => return true,
            Mode::Pass | Mode::Hold | Mode::HoldAnswers | Mode::Tear => {}
        }
        false
    }
}

async fn write(to: &mut (impl AsyncWrite + Unpin), pieces: Vec<Bytes>) -> std::io::Result<()> {
    for piece in pieces {
        to.write_all(&piece).await?;
    }
    to.flush().await
}
