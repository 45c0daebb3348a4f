use proptest::prelude::*;

use super::*;

/// What the network does to a request.
#[derive(Debug, Clone, Copy)]
enum Weather {
    Fair,
    /// The request does not arrive, or a part of it does.
    LosesRequest,
    /// The server does what it is asked, and nobody hears of it.
    LosesAnswer,
    /// The server has forgotten the file.
    Forgets,
}

/// A server with one upload.
#[derive(Default)]
struct Server {
    id: Option<MediaId>,
    bytes: Vec<u8>,
    whole: bool,
}

impl Server {
    fn answer(&mut self, step: &Step, file: &[u8], weather: Weather) -> Answer {
        if matches!(weather, Weather::Forgets) && !self.whole {
            *self = Self::default();
        }
        let said = match step {
            Step::Create if matches!(weather, Weather::LosesRequest) => Answer::Lost,
            Step::Create => {
                let id = MediaId::new();
                self.id = Some(id);
                self.bytes.clear();
                Answer::Created(id)
            }
            Step::Ask(id) | Step::Send(id, _) if Some(*id) != self.id => {
                Answer::Gone("gone".to_owned())
            }
            Step::Ask(_) => Answer::Stands(length(&self.bytes)),
            Step::Send(_, range) if range.start != length(&self.bytes) => Answer::Moved,
            Step::Send(_, range) => {
                let piece = &file[index(range.start)..index(range.end)];
                let arrives = match weather {
                    Weather::LosesRequest => piece.len() / 2,
                    _ => piece.len(),
                };
                self.bytes.extend_from_slice(&piece[..arrives]);
                self.whole = self.bytes.len() == file.len();
                match weather {
                    Weather::LosesRequest => Answer::Lost,
                    _ => Answer::Took(length(&self.bytes), Duration::ZERO),
                }
            }
            Step::Wait(_) => return Answer::Waited,
            Step::Rest => unreachable!("it rests"),
        };
        match weather {
            Weather::LosesAnswer => Answer::Lost,
            _ => said,
        }
    }
}

fn length(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}

fn index(offset: u64) -> usize {
    usize::try_from(offset).unwrap()
}

fn weather() -> impl Strategy<Value = Weather> {
    prop_oneof![
        4 => Just(Weather::Fair),
        2 => Just(Weather::LosesRequest),
        2 => Just(Weather::LosesAnswer),
    ]
}

fn carry(file: &[u8], mut weather: impl Iterator<Item = Weather>) -> (Upload, Server) {
    let mut upload = Upload::new(length(file));
    let mut server = Server::default();
    loop {
        let step = upload.next();
        if step == Step::Rest {
            return (upload, server);
        }
        let weather = weather.next().unwrap_or(Weather::Fair);
        upload.on(server.answer(&step, file, weather));
    }
}

proptest! {
    #[test]
    fn whatever_the_network_loses_the_file_comes_in_whole(
        pieces in 0..9_u64,
        rest in 1..5000_u64,
        weather in prop::collection::vec(weather(), 0..40),
    ) {
        let size = index(pieces * FIRST_PIECE / 2 + rest);
        let file: Vec<u8> = (0..=250).cycle().take(size).collect();
        let (upload, server) = carry(&file, weather.into_iter());
        prop_assert_eq!(upload.ready(), server.id);
        prop_assert_eq!(upload.id(), server.id);
        prop_assert_eq!(upload.offset(), upload.length());
        prop_assert!(server.bytes == file);
    }
}

#[test]
fn a_file_that_was_forgotten_is_sent_anew_and_given_up_in_the_end() {
    let file = vec![7; 3_000_000];
    let twice = [
        Weather::Fair,
        Weather::Forgets,
        Weather::Fair,
        Weather::Forgets,
    ];
    let (upload, server) = carry(&file, twice.into_iter());
    assert!(upload.ready().is_some());
    assert_eq!(server.bytes, file);
    let always = std::iter::repeat([Weather::Fair, Weather::Forgets]).flatten();
    let (upload, _) = carry(&file, always);
    assert_eq!(upload.refused(), Some("gone"));
}

#[test]
fn pieces_grow_while_they_arrive_quickly_and_shrink_when_they_do_not_get_through() {
    let mut upload = Upload::new(100_000_000);
    let id = MediaId::new();
    let piece = |upload: &Upload| match upload.next() {
        Step::Send(_, range) => range.end - range.start,
        step => unreachable!("{step:?}"),
    };
    upload.on(Answer::Created(id));
    assert_eq!(piece(&upload), FIRST_PIECE);
    upload.on(Answer::Took(FIRST_PIECE, Duration::ZERO));
    assert_eq!(piece(&upload), 2 * FIRST_PIECE);
    upload.on(Answer::Took(3 * FIRST_PIECE, QUICK));
    assert_eq!(piece(&upload), 2 * FIRST_PIECE);
    upload.on(Answer::PieceLarge);
    assert_eq!(upload.next(), Step::Ask(id));
    upload.on(Answer::Stands(3 * FIRST_PIECE));
    upload.on(Answer::Took(4 * FIRST_PIECE, Duration::ZERO));
    assert_eq!(piece(&upload), FIRST_PIECE);
}

#[test]
fn pauses_double_up_to_half_a_minute_and_end_with_the_first_answer() {
    let mut upload = Upload::new(10);
    let mut pauses = Vec::new();
    for _ in 0..7 {
        upload.on(Answer::Lost);
        let Step::Wait(pause) = upload.next() else {
            unreachable!("it waits");
        };
        pauses.push(pause.as_secs());
        upload.on(Answer::Waited);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30]);
    assert!(upload.troubled());
    upload.on(Answer::Created(MediaId::new()));
    assert!(!upload.troubled());
}

#[test]
fn what_was_refused_rests_until_it_is_tried_again_from_its_beginning() {
    let mut upload = Upload::new(10);
    upload.on(Answer::Created(MediaId::new()));
    upload.on(Answer::Refused("No.".to_owned()));
    assert_eq!(upload.next(), Step::Rest);
    assert_eq!((upload.refused(), upload.ready()), (Some("No."), None));
    upload.retry();
    assert_eq!(upload.next(), Step::Create);
}

#[test]
fn pauses_grow_while_asking_works_and_sending_does_not() {
    let mut upload = Upload::new(10);
    let id = MediaId::new();
    upload.on(Answer::Created(id));
    let mut pauses = Vec::new();
    for _ in 0..3 {
        upload.on(Answer::Lost);
        let Step::Wait(pause) = upload.next() else {
            unreachable!("it waits");
        };
        pauses.push(pause.as_secs());
        upload.on(Answer::Waited);
        assert_eq!(upload.next(), Step::Ask(id));
        upload.on(Answer::Stands(0));
    }
    assert_eq!(pauses, [1, 2, 4]);
    upload.on(Answer::Stands(5));
    assert!(!upload.troubled());
}
