use proptest::prelude::*;

use super::*;
use crate::{
    accounts::{Handle, User},
    ids::{MessageId, RoomId, UserId},
};

/// Small, so that a short history is cut.
const MOST: usize = 6;

fn row(seq: i64, version: i64) -> Message {
    Message {
        id: MessageId(uuid::Uuid::from_u128(seq.unsigned_abs().into())),
        seq,
        version,
        kind: MessageKind::Text,
        sender: User {
            id: UserId(uuid::Uuid::nil()),
            handle: Handle::parse("ana").unwrap(),
        },
        client_id: None,
        body: format!("row {seq} as of {version}"),
        html: None,
        reply_to: None,
        media: Vec::new(),
        reactions: Vec::new(),
        pinned: false,
        edited: version > seq,
        deleted: false,
        sent_at: 0,
    }
}

fn changes(first_seq: i64, last_seq: i64, items: Vec<Message>) -> Changes {
    Changes {
        room: RoomId(uuid::Uuid::nil()),
        first_seq,
        last_seq,
        items,
    }
}

/// A room's history: at each sequence number a new row, or a change of an earlier one.
#[derive(Debug, Clone)]
struct History(Vec<i64>);

impl History {
    fn any() -> impl Strategy<Value = Self> {
        prop::collection::vec(any::<Option<prop::sample::Index>>(), 1..40).prop_map(|steps| {
            let mut places = Vec::new();
            for (step, seq) in steps.iter().zip(1..) {
                let place = match step {
                    Some(earlier) if !places.is_empty() => *earlier.get(&places),
                    _ => seq,
                };
                places.push(place);
            }
            Self(places)
        })
    }

    /// One whose every step is a new row.
    fn of_posts(count: i64) -> Self {
        Self((1..=count).collect())
    }

    fn head(&self) -> i64 {
        i64::try_from(self.0.len()).unwrap()
    }

    /// The rows as they are after `head` changes.
    fn rows(&self, head: i64) -> BTreeMap<i64, Message> {
        let changes = self
            .0
            .iter()
            .zip(1..)
            .take_while(|(_, version)| *version <= head);
        changes
            .map(|(place, version)| (*place, row(*place, version)))
            .collect()
    }

    /// Up to `size` rows on either side of a place, it itself among the later ones.
    fn page(&self, head: i64, place: i64, older: usize, newer: usize) -> Page {
        let mut rows = self.rows(head);
        let later = rows.split_off(&place);
        let more = (rows.len() > older, later.len() > newer);
        let skip = rows.len().saturating_sub(older);
        let messages: Vec<_> = rows
            .into_values()
            .skip(skip)
            .chain(later.into_values().take(newer))
            .collect();
        let first = messages.first().map_or(place, |row| row.seq);
        let last = messages.last().map_or(place - 1, |row| row.seq);
        Page {
            messages,
            head,
            before: more.0.then_some(first),
            after: more.1.then_some(last),
            quoted: Vec::new(),
        }
    }

    fn newest(&self, head: i64, size: usize) -> Page {
        self.page(head, i64::MAX, size, 0)
    }

    fn frame(&self, first: i64, last: i64) -> Changes {
        let rows = self
            .rows(last)
            .into_values()
            .filter(|row| row.version >= first);
        changes(first, last, rows.collect())
    }
}

/// What happens to a timeline.
#[derive(Debug, Clone)]
enum Step {
    /// A frame comes, that begins so far before the next one and is so long.
    Frame(i64, i64),
    /// A page before or after the window is asked for; meanwhile so many changes come.
    Page { back: bool, meanwhile: i64 },
    /// The reader turns to the place at this index, or follows the present.
    Read(Option<prop::sample::Index>),
    /// The reader leaps to a place.
    Leap(prop::sample::Index),
}

impl Step {
    fn any() -> impl Strategy<Value = Self> {
        prop_oneof![
            (0..6_i64, 0..6_i64).prop_map(|(back, length)| Self::Frame(back, length)),
            (any::<bool>(), 0..4_i64).prop_map(|(back, meanwhile)| Self::Page { back, meanwhile }),
            any::<Option<prop::sample::Index>>().prop_map(Self::Read),
            any::<prop::sample::Index>().prop_map(Self::Leap),
        ]
    }
}

/// The rows of the window are as they are in the history, and none is missing between its ends.
fn is_fresh(timeline: &Timeline, history: &History) -> Result<(), TestCaseError> {
    let rows = history.rows(timeline.last());
    let wanted: Vec<_> = rows.range(timeline.window()).map(|(_, row)| row).collect();
    prop_assert_eq!(timeline.messages().collect::<Vec<_>>(), wanted);
    Ok(())
}

proptest! {
    #[test]
    fn a_page_and_the_changes_after_it_are_a_fresh_page(
        history in History::any(),
        start in any::<prop::sample::Index>(),
        steps in prop::collection::vec((0..6_i64, 0..6_i64), 0..30),
    ) {
        let start = i64::try_from(start.index(history.0.len())).unwrap();
        let mut timeline = Timeline::new(history.newest(start, 100));
        // Frames that overlap, repeat, or leave a gap, as a bad network makes them.
        for (back, length) in steps {
            let first = (timeline.last() + 2 - back).clamp(1, history.head());
            let last = (first + length).min(history.head());
            let known = timeline.clone();
            let judged = timeline.apply(history.frame(first, last));
            prop_assert_eq!(judged == Judged::Gap, first > known.last() + 1);
            if judged != Judged::Applied {
                prop_assert_eq!(&timeline, &known);
            }
        }
        timeline.apply(history.frame(timeline.last() + 1, history.head()));
        timeline.read(None, i64::MAX);
        prop_assert_eq!(timeline, Timeline::new(history.newest(history.head(), 100)));
    }

    #[test]
    fn the_window_is_as_fresh_as_a_page_wherever_it_is_and_however_it_came_there(
        history in History::any(),
        start in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        steps in prop::collection::vec(Step::any(), 0..40),
    ) {
        let head = i64::try_from(start.0.index(history.0.len())).unwrap() + 1;
        let place = i64::try_from(start.1.index(history.0.len())).unwrap() + 1;
        let mut timeline = Timeline::new(history.page(head, place, 2, 2)).at_most(MOST);
        for step in steps {
            match step {
                Step::Frame(back, length) => {
                    let first = (timeline.last() + 1 - back).clamp(1, history.head());
                    timeline.apply(history.frame(first, (first + length).min(history.head())));
                }
                Step::Page { back, meanwhile } => {
                    let asked = if back { timeline.before() } else { timeline.after() };
                    let Some(asked) = asked else { continue };
                    let page = if back {
                        history.page(timeline.last(), asked, 3, 0)
                    } else {
                        history.page(timeline.last(), asked + 1, 0, 3)
                    };
                    let first = timeline.last() + 1;
                    let last = (timeline.last() + meanwhile).min(history.head());
                    timeline.apply(history.frame(first, last));
                    if back {
                        timeline.extend_back(asked, page);
                    } else {
                        timeline.extend_forward(asked, page);
                    }
                }
                Step::Read(place) => {
                    let places: Vec<_> = timeline.messages().map(|row| row.seq).collect();
                    let place = place.filter(|_| !places.is_empty());
                    timeline.read(place.map(|place| *place.get(&places)), 0);
                }
                Step::Leap(place) => {
                    let place = i64::try_from(place.index(history.0.len())).unwrap() + 1;
                    timeline.renew(history.page(timeline.last(), place, 2, 2));
                }
            }
            is_fresh(&timeline, &history)?;
            prop_assert!(timeline.messages().count() <= MOST);
        }
    }
}

#[test]
fn a_page_that_was_asked_for_twice_is_put_in_once() {
    let history = History::of_posts(9);
    let mut timeline = Timeline::new(history.newest(9, 2));
    let older = history.page(9, 8, 2, 0);
    timeline.extend_back(8, older.clone());
    let once = timeline.clone();
    timeline.extend_back(8, older);
    assert_eq!(timeline, once);
    assert_eq!(timeline.before(), Some(6));
}

#[test]
fn a_window_that_is_too_large_is_cut_at_the_far_end() {
    let history = History::of_posts(20);
    let mut timeline = Timeline::new(history.newest(20, 4)).at_most(MOST);
    timeline.extend_back(17, history.page(20, 17, 4, 0));
    assert_eq!((timeline.before(), timeline.after()), (Some(13), Some(18)));
    timeline.extend_forward(18, history.page(20, 19, 0, 4));
    assert_eq!((timeline.before(), timeline.after()), (Some(15), None));
}

#[test]
fn whoever_follows_the_present_loses_what_is_old_and_whoever_reads_keeps_it() {
    let history = History::of_posts(20);
    let mut follows = Timeline::new(history.newest(6, 6)).at_most(MOST);
    follows.apply(history.frame(7, 8));
    assert_eq!((follows.before(), follows.after()), (Some(3), None));

    let mut reads = Timeline::new(history.newest(6, 6)).at_most(MOST);
    reads.read(Some(1), 6);
    reads.apply(history.frame(7, 8));
    assert_eq!((reads.before(), reads.after()), (None, Some(6)));
    assert_eq!(reads.news().unseen(), Some((7, 2)));
}

#[test]
fn new_messages_are_counted_until_they_were_on_screen_wherever_the_window_is() {
    let history = History::of_posts(20);
    let mut timeline = Timeline::new(history.page(10, 3, 1, 2));
    timeline.apply(history.frame(11, 13));
    assert_eq!(timeline.messages().count(), 3);
    assert_eq!(timeline.news().unseen(), Some((11, 3)));
    timeline.renew(history.newest(13, 4));
    timeline.read(None, 12);
    assert_eq!(timeline.news().unseen(), Some((13, 1)));
}

#[test]
fn what_the_room_is_called_and_who_came_is_known_wherever_the_window_is() {
    let line = |seq, kind, body: &str| Message {
        kind,
        body: body.to_owned(),
        ..row(seq, seq)
    };
    let history = History::of_posts(9);
    let mut timeline = Timeline::new(history.page(9, 2, 1, 1));
    let lines = vec![
        line(10, MessageKind::Joined, ""),
        line(11, MessageKind::Renamed, "Accra"),
        line(12, MessageKind::Topic, "Interviews"),
        line(13, MessageKind::Joined, ""),
        line(14, MessageKind::Left, ""),
    ];
    timeline.apply(changes(10, 14, lines));
    let news = timeline.news();
    assert_eq!(news.grown(), 1);
    assert_eq!(
        (news.name(), news.topic()),
        (Some("Accra"), Some("Interviews"))
    );
    // Who had named it is gone, with their words; the room is called as before.
    let taken_back = Message {
        deleted: true,
        ..line(2, MessageKind::Renamed, "")
    };
    timeline.apply(changes(
        15,
        15,
        vec![Message {
            version: 15,
            ..taken_back
        }],
    ));
    assert_eq!(timeline.news().name(), Some("Accra"));
}

#[test]
fn what_a_row_answers_is_known_after_it_has_left_the_window_and_as_it_now_is() {
    let history = History::of_posts(6);
    let mut timeline = Timeline::new(history.newest(6, 6)).at_most(MOST);
    let answer = Message {
        reply_to: Some(1),
        ..row(7, 7)
    };
    timeline.apply(changes(7, 7, vec![answer]));
    assert!(!timeline.covers(1));
    assert_eq!(timeline.at(1), Some(&row(1, 1)));
    timeline.apply(changes(8, 8, vec![row(1, 8)]));
    assert_eq!(timeline.at(1), Some(&row(1, 8)));
    timeline.apply(changes(9, 15, (9..=15).map(|seq| row(seq, seq)).collect()));
    assert_eq!(timeline.at(1), None, "nothing answers it any more");
}
