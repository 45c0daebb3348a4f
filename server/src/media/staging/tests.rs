use futures::{FutureExt, channel::mpsc, stream};
use tempfile::TempDir;

use super::*;

type Piece = Result<Bytes, ()>;

const TURN: Duration = Duration::from_mins(1);

fn pieces(pieces: &[&'static [u8]]) -> impl Stream<Item = Piece> {
    let pieces: Vec<_> = pieces
        .iter()
        .map(|piece| Ok(Bytes::from_static(piece)))
        .collect();
    stream::iter(pieces)
}

#[tokio::test]
async fn a_file_goes_on_where_it_has_stopped() {
    let folder = TempDir::new().unwrap();
    let staging = Staging::new(folder.path().join("staging"));
    let id = MediaId::new();
    let mut held = staging.hold(id).await.unwrap();
    held.append(pieces(&[b"one ", b"two "]), 100, TURN)
        .await
        .unwrap();
    drop(held);
    let mut held = staging.hold(id).await.unwrap();
    assert_eq!(held.length(), 8);
    held.append(pieces(&[b"three"]), 100, TURN).await.unwrap();
    assert_eq!(fs::read(held.path()).unwrap(), b"one two three");
}

#[tokio::test]
async fn more_than_was_said_is_refused_and_not_kept() {
    let folder = TempDir::new().unwrap();
    let staging = Staging::new(folder.path().to_owned());
    let id = MediaId::new();
    let mut held = staging.hold(id).await.unwrap();
    let appended = held.append(pieces(&[b"four", b"more"]), 4, TURN).await;
    assert!(matches!(
        appended,
        Err(Error::Refused(ErrorCode::FileLarge))
    ));
    assert_eq!(staging.length(id).await, 4);
}

#[tokio::test]
async fn who_comes_later_goes_on_and_who_waits_for_bytes_stops() {
    let folder = TempDir::new().unwrap();
    let staging = Staging::new(folder.path().to_owned());
    let id = MediaId::new();
    let mut first = staging.hold(id).await.unwrap();
    let (mut bytes, silent) = mpsc::channel::<Piece>(1);
    bytes.try_send(Ok(Bytes::from_static(b"one"))).unwrap();
    let (stopped, second) = tokio::join!(
        async {
            let stopped = first.append(silent, 100, TURN).await;
            drop(first);
            stopped
        },
        // The first is at its bytes by now.
        async { staging.hold(id).await },
    );
    stopped.unwrap();
    assert_eq!(second.unwrap().length(), 3);
    assert!(
        staging
            .lane(id)
            .turn
            .clone()
            .lock_owned()
            .now_or_never()
            .is_some()
    );
}

#[tokio::test]
async fn what_was_removed_is_gone_and_may_be_removed_again() {
    let folder = TempDir::new().unwrap();
    let staging = Staging::new(folder.path().to_owned());
    let id = MediaId::new();
    drop(staging.hold(id).await.unwrap());
    assert_eq!(staging.older_than(Duration::ZERO).await.unwrap(), [id]);
    staging.remove(id).await.unwrap();
    staging.remove(id).await.unwrap();
    assert!(staging.older_than(Duration::ZERO).await.unwrap().is_empty());
}

#[tokio::test]
async fn who_takes_longer_than_a_turn_stops_and_goes_on_in_the_next() {
    let folder = TempDir::new().unwrap();
    let staging = Staging::new(folder.path().to_owned());
    let id = MediaId::new();
    let mut held = staging.hold(id).await.unwrap();
    let (mut bytes, slow) = mpsc::channel::<Piece>(1);
    bytes.try_send(Ok(Bytes::from_static(b"one"))).unwrap();
    let ended = held.append(slow, 100, Duration::from_millis(50)).await;
    assert!(!ended.unwrap());
    assert_eq!(held.length(), 3);
}
