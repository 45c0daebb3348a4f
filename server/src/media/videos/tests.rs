//! What the readers make of files that mean harm, and of those that tests over HTTP leave out.

use proptest::prelude::*;
use tempfile::NamedTempFile;

use super::*;

#[path = "../../../tests/it/support/films.rs"]
mod films;

use films::{Film, SPOT, boxed, mp4, webm};

const HOUR: Duration = Duration::from_hours(1);

/// What becomes of a file, and of its bytes.
fn cleaned(bytes: &[u8], container: Container) -> (Result<Video, Error>, Vec<u8>) {
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let video = clean(file.path(), container, HOUR);
    (video, std::fs::read(file.path()).unwrap())
}

fn located() -> Film {
    Film {
        located: true,
        ..Film::default()
    }
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_be_bytes())
        .collect()
}

/// As a browser records it: the track of the header holds nothing, and a fragment says how long it is.
fn fragmented(film: &Film) -> Vec<u8> {
    let mut file = mp4(film);
    let header = boxed(b"tfhd", &[&numbers(&[0x8, 1, 40])]);
    let time = boxed(b"tfdt", &[&numbers(&[0, 9_000])]);
    let run = boxed(b"trun", &[&numbers(&[0x200, 2, 10, 10])]);
    let spot = boxed(b"udta", &[SPOT]);
    let track = boxed(b"traf", &[&header, &time, &run, &spot]);
    file.extend(boxed(
        b"moof",
        &[&boxed(b"mfhd", &[&numbers(&[0, 1])]), &track],
    ));
    file.extend(boxed(b"mdat", &[b"more"]));
    file
}

#[test]
fn a_video_in_fragments_is_as_long_as_the_last_of_them_says() {
    let film = Film {
        said: 0,
        seconds: 0,
        ..Film::default()
    };
    let (video, bytes) = cleaned(&fragmented(&film), Container::Mp4);
    assert_eq!(video.unwrap().milliseconds, 9_080);
    assert!(!bytes.windows(SPOT.len()).any(|window| window == SPOT));
}

#[test]
fn fragments_of_a_track_that_tells_places_are_refused() {
    let (video, _) = cleaned(&fragmented(&located()), Container::Mp4);
    assert!(matches!(video, Err(Error::Refused(ErrorCode::VideoCodec))));
}

#[test]
fn a_video_without_an_index_is_broken() {
    let (video, _) = cleaned(&boxed(b"ftyp", &[b"isom\0\0\0\0"]), Container::Mp4);
    assert!(matches!(video, Err(Error::Refused(ErrorCode::VideoBroken))));
}

#[test]
fn what_is_written_while_it_happens_has_no_lengths_and_is_read_all_the_same() {
    let mut file = webm(&Film::default(), b"V_VP8");
    // The segment, and its last element, are as long as the file.
    for id in [&b"\x18\x53\x80\x67"[..], b"\x1f\x43\xb6\x75"] {
        let at = file.windows(4).position(|window| window == id).unwrap();
        file[at + 4..at + 12].copy_from_slice(b"\x01\xff\xff\xff\xff\xff\xff\xff");
    }
    let (video, _) = cleaned(&file, Container::WebM);
    assert_eq!(video.unwrap().milliseconds, 5_000);
}

proptest! {
    #[test]
    fn files_that_were_tampered_with_are_read_or_refused_and_keep_their_length(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
        kind in 0..3_u8,
    ) {
        let (container, mut bytes) = match kind {
            0 => (Container::Mp4, mp4(&located())),
            1 => (Container::Mp4, fragmented(&Film::default())),
            _ => (Container::WebM, webm(&located(), b"V_VP9")),
        };
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let (video, after) = cleaned(&bytes, container);
        prop_assert_eq!(bytes.len(), after.len());
        prop_assert!(!matches!(video, Err(Error::Task(_) | Error::File(_))), "{:?}", video.err());
    }
}
