//! The hub as its sockets see it, without a database.

use std::{collections::HashSet, sync::Arc};

use app::{
    accounts::{Handle, Privacy, User},
    error::ErrorCode,
    ids::{MessageId, RoomId, UserId},
    live::wire::{CloseCode, ServerFrame},
    messages::{CaughtUp, Changes, Message, MessageKind},
};

use super::{
    bus::MemoryBus, listener::Listener, mailbox::Outbound, node::Hub, rates::Limits,
    registry::Behind, store::Heads,
};
use crate::accounts::{SessionKey, Token};

fn hub() -> Hub {
    Hub::new(Arc::new(MemoryBus), Limits::default()).0
}

fn session() -> SessionKey {
    Token::new().unwrap().key()
}

fn user(name: &str) -> User {
    User {
        id: UserId::new(),
        handle: Handle::parse(name).unwrap(),
    }
}

/// A socket of a person that has caught up with a room.
async fn listen(hub: &Hub, person: &User, room: RoomId, head: i64) -> Listener {
    let listener = hub.register(session());
    hub.identify(listener.id, person.clone(), 0, Privacy::default());
    hub.subscribe(listener.id, room).await.unwrap();
    hub.go_live(listener.id, room, head, 0, Vec::new()).unwrap();
    listener
}

fn change(room: RoomId, seq: i64) -> Changes {
    Changes {
        room,
        first_seq: seq,
        last_seq: seq,
        items: Vec::new(),
    }
}

fn line(room: RoomId, seq: i64, about: &User, kind: MessageKind) -> Changes {
    let item = Message {
        id: MessageId::new(),
        seq,
        version: seq,
        kind,
        sender: about.clone(),
        client_id: None,
        body: String::new(),
        html: None,
        reply_to: None,
        media: Vec::new(),
        reactions: Vec::new(),
        pinned: false,
        edited: false,
        deleted: false,
        sent_at: 0,
    };
    Changes {
        items: vec![item],
        ..change(room, seq)
    }
}

fn heard(listener: &Listener) -> Vec<ServerFrame> {
    let frames = std::iter::from_fn(|| listener.mailbox.pop());
    frames.map(|frame| frame.parse().unwrap()).collect()
}

fn is_sent_away(frame: &ServerFrame) -> bool {
    matches!(
        frame,
        ServerFrame::Refused {
            code: ErrorCode::NotMember,
            ..
        }
    )
}

#[tokio::test]
async fn only_those_who_listen_to_a_room_hear_of_it() {
    let hub = hub();
    let (room, other) = (RoomId::new(), RoomId::new());
    let ana = listen(&hub, &user("ana"), room, 0).await;
    let ben = listen(&hub, &user("ben"), other, 0).await;
    hub.publish(change(room, 1));
    assert_eq!(heard(&ana), [ServerFrame::Changes(change(room, 1))]);
    assert!(heard(&ben).is_empty());
    assert_eq!(hub.registry().heads(ana.id), [(room, 1)]);

    hub.unsubscribe(ana.id, room);
    hub.publish(change(room, 2));
    assert!(heard(&ana).is_empty());
}

#[tokio::test]
async fn changes_that_come_out_of_order_are_delivered_in_order() {
    let hub = hub();
    let room = RoomId::new();
    let ana = listen(&hub, &user("ana"), room, 4).await;
    hub.publish(change(room, 6));
    assert!(heard(&ana).is_empty(), "5 may only be late");
    hub.publish(change(room, 5));
    let wanted = [5, 6].map(|seq| ServerFrame::Changes(change(room, seq)));
    assert_eq!(heard(&ana), wanted);
    hub.publish(change(room, 5));
    assert!(heard(&ana).is_empty(), "nothing comes twice");
}

#[tokio::test]
async fn what_is_published_while_one_catches_up_comes_after_what_was_missed() {
    let hub = hub();
    let room = RoomId::new();
    let ana = hub.register(session());
    hub.subscribe(ana.id, room).await.unwrap();
    hub.publish(change(room, 4));
    hub.publish(change(room, 5));
    assert!(ana.mailbox.pop().is_none(), "it waits");
    // The snapshot that was read has everything up to 4.
    let missed = vec!["missed".into()];
    hub.go_live(ana.id, room, 4, 0, missed).unwrap();
    assert_eq!(ana.mailbox.pop().unwrap(), "missed");
    hub.publish(change(room, 6));
    let wanted = [5, 6].map(|seq| ServerFrame::Changes(change(room, seq)));
    assert_eq!(heard(&ana), wanted);
}

#[tokio::test]
async fn a_snapshot_that_is_older_than_what_went_out_is_read_again() {
    let hub = hub();
    let room = RoomId::new();
    let _ana = listen(&hub, &user("ana"), room, 4).await;
    hub.publish(change(room, 5));
    let ben = hub.register(session());
    hub.subscribe(ben.id, room).await.unwrap();
    let behind = hub.go_live(ben.id, room, 4, 0, Vec::new());
    assert_eq!(behind, Err(Behind { known: 4 }));
    hub.publish(change(room, 6));
    assert_eq!(hub.go_live(ben.id, room, 5, 0, Vec::new()), Ok(()));
    assert_eq!(hub.registry().heads(ben.id), [(room, 6)]);
}

#[tokio::test]
async fn a_comparison_finds_what_left_no_gap_and_reads_it_once() {
    let hub = hub();
    let room = RoomId::new();
    let ana = listen(&hub, &user("ana"), room, 4).await;
    let heads = Heads {
        rooms: vec![(room, 6)],
        ..Heads::default()
    };
    assert_eq!(hub.compare(&heads).behind, [room]);
    assert!(hub.compare(&heads).behind.is_empty(), "somebody reads it");
    assert_eq!(hub.missing_after(room), Some(4));
    let missed = Changes {
        first_seq: 5,
        ..change(room, 6)
    };
    hub.fill(room, Some(CaughtUp::Changes(missed.clone())));
    assert_eq!(heard(&ana), [ServerFrame::Changes(missed)]);
    assert!(hub.compare(&heads).behind.is_empty());
}

#[tokio::test]
async fn a_database_that_went_back_resets_the_room() {
    let hub = hub();
    let room = RoomId::new();
    let ana = listen(&hub, &user("ana"), room, 9).await;
    let heads = Heads {
        rooms: vec![(room, 7)],
        ..Heads::default()
    };
    hub.compare(&heads);
    assert!(heard(&ana).is_empty(), "the answer may be old");
    hub.compare(&heads);
    assert_eq!(heard(&ana), [ServerFrame::Reset { room, head: 7 }]);
    hub.publish(change(room, 8));
    assert_eq!(heard(&ana).len(), 1);
}

#[tokio::test]
async fn who_leaves_hears_that_and_nothing_after() {
    let hub = hub();
    let (room, ben) = (RoomId::new(), user("ben"));
    let ana = listen(&hub, &user("ana"), room, 1).await;
    let left = listen(&hub, &ben, room, 1).await;
    // One who has come back since is not sent away by the line about the last time.
    let back = listen(&hub, &ben, room, 2).await;
    let line = line(room, 2, &ben, MessageKind::Removed);
    hub.publish(line.clone());
    hub.publish(change(room, 3));
    let frames = heard(&left);
    assert_eq!(frames[0], ServerFrame::Changes(line));
    assert!(is_sent_away(&frames[1]));
    assert_eq!(frames.len(), 2);
    assert_eq!(heard(&ana).len(), 2);
    assert_eq!(heard(&back), [ServerFrame::Changes(change(room, 3))]);
}

/// Ben leaves at 2, and more is said after that, all of it at once.
fn left_in_a_stretch(room: RoomId, ben: &User) -> (Changes, ServerFrame) {
    let left = line(room, 2, ben, MessageKind::Left);
    let later = line(room, 3, &user("ana"), MessageKind::Text);
    let stretch = Changes {
        last_seq: 3,
        items: [left.items.clone(), later.items].concat(),
        ..left.clone()
    };
    (stretch, ServerFrame::Changes(left))
}

#[tokio::test]
async fn who_leaves_hears_nothing_after_that_which_comes_in_the_same_frame() {
    let hub = hub();
    let (room, ben) = (RoomId::new(), user("ben"));
    let ana = listen(&hub, &user("ana"), room, 1).await;
    let left = listen(&hub, &ben, room, 1).await;
    let (stretch, leaving) = left_in_a_stretch(room, &ben);
    hub.publish(stretch.clone());
    let frames = heard(&left);
    assert_eq!((frames.len(), &frames[0]), (2, &leaving));
    assert!(is_sent_away(&frames[1]));
    assert_eq!(heard(&ana), [ServerFrame::Changes(stretch)]);
}

#[tokio::test]
async fn who_leaves_while_catching_up_hears_nothing_after_that() {
    let hub = hub();
    let (room, ben) = (RoomId::new(), user("ben"));
    let left = hub.register(session());
    hub.identify(left.id, ben.clone(), 0, Privacy::default());
    hub.subscribe(left.id, room).await.unwrap();
    let (stretch, leaving) = left_in_a_stretch(room, &ben);
    hub.publish(stretch);
    hub.publish(change(room, 4));
    hub.go_live(left.id, room, 1, 0, Vec::new()).unwrap();
    hub.publish(change(room, 5));
    let frames = heard(&left);
    assert_eq!((frames.len(), &frames[0]), (2, &leaving));
    assert!(is_sent_away(&frames[1]));
}

#[tokio::test]
async fn what_is_older_than_ones_membership_is_left_out_of_its_frame() {
    let hub = hub();
    let (room, ana) = (RoomId::new(), user("ana"));
    let old = listen(&hub, &ana, room, 9).await;
    let young = hub.register(session());
    hub.subscribe(young.id, room).await.unwrap();
    hub.go_live(young.id, room, 9, 8, Vec::new()).unwrap();
    let mut edited = line(room, 3, &ana, MessageKind::Text);
    (edited.first_seq, edited.last_seq) = (10, 10);
    hub.publish(edited.clone());
    assert_eq!(heard(&old), [ServerFrame::Changes(edited)]);
    assert_eq!(heard(&young), [ServerFrame::Changes(change(room, 10))]);
}

#[tokio::test]
async fn somebody_who_is_no_member_any_more_hears_nothing_after_a_comparison() {
    let hub = hub();
    let (room, kept, ana) = (RoomId::new(), RoomId::new(), user("ana"));
    let listener = listen(&hub, &ana, room, 1).await;
    hub.watch(listener.id, &[(room, 1), (kept, 1)]);
    let heads = Heads {
        users: vec![(ana.id, 3)],
        ..Heads::default()
    };
    let changed = hub.compare(&heads).changed;
    assert_eq!(changed, [(ana.id, 3)]);
    let sessions = hub.sessions_of(&changed).into_iter().collect();
    hub.settle(&changed, &[(ana.id, kept, 1)], &sessions);
    assert!(hub.compare(&heads).changed.is_empty());
    hub.publish(change(room, 2));
    hub.tell_news();
    let frames = heard(&listener);
    assert!(
        matches!(frames[0], ServerFrame::Refused { .. }),
        "{frames:?}"
    );
    let me = ServerFrame::Me {
        heads: Vec::new(),
        gone: vec![room],
    };
    assert_eq!(frames[1..], [me]);

    hub.settle(&changed, &[], &HashSet::new());
    assert_eq!(listener.mailbox.wish(), Some(CloseCode::SignedOut));
}

#[tokio::test]
async fn news_of_ones_own_rooms_come_once() {
    let hub = hub();
    let (room, ana) = (RoomId::new(), user("ana"));
    let listener = hub.register(session());
    hub.identify(listener.id, ana, 0, Privacy::default());
    hub.watch(listener.id, &[(room, 4)]);
    hub.publish(change(room, 5));
    hub.publish(change(room, 6));
    hub.tell_news();
    hub.tell_news();
    let me = ServerFrame::Me {
        heads: vec![(room, 6)],
        gone: Vec::new(),
    };
    assert_eq!(heard(&listener), [me]);
}

#[tokio::test]
async fn a_socket_listens_to_so_many_rooms_and_no_more() {
    let limits = Limits {
        subscriptions: 1,
        ..Limits::default()
    };
    let (hub, _gaps) = Hub::new(Arc::new(MemoryBus), limits);
    let room = RoomId::new();
    let ana = listen(&hub, &user("ana"), room, 0).await;
    let more = hub.subscribe(ana.id, RoomId::new()).await;
    assert_eq!(more, Err(ErrorCode::TooMany));
    assert_eq!(hub.subscribe(ana.id, room).await, Ok(()));
}

#[tokio::test]
async fn a_reader_that_falls_behind_is_closed_and_the_others_are_not() {
    let hub = hub();
    let room = RoomId::new();
    let slow = listen(&hub, &user("ana"), room, 0).await;
    let quick = listen(&hub, &user("ben"), room, 0).await;
    for seq in 1..=600 {
        hub.publish(change(room, seq));
        assert!(quick.mailbox.pop().is_some());
    }
    assert_eq!(slow.mailbox.wish(), Some(CloseCode::TooSlow));
    assert_eq!(quick.mailbox.wish(), None);
}

#[tokio::test]
async fn what_waits_for_a_socket_is_bounded_in_bytes() {
    let hub = hub();
    let room = RoomId::new();
    let ana = hub.register(session());
    let large: Outbound = "x".repeat(3 * 1024 * 1024).into();
    hub.subscribe(ana.id, room).await.unwrap();
    hub.go_live(ana.id, room, 0, 0, vec![large.clone()])
        .unwrap();
    assert_eq!(ana.mailbox.wish(), None, "a single frame may be large");
    hub.subscribe(ana.id, room).await.unwrap();
    hub.go_live(ana.id, room, 0, 0, vec![large]).unwrap();
    assert_eq!(ana.mailbox.wish(), Some(CloseCode::TooSlow));
}

#[tokio::test]
async fn a_socket_that_ended_leaves_nothing_behind() {
    let hub = hub();
    let room = RoomId::new();
    let ana = listen(&hub, &user("ana"), room, 0).await;
    hub.watch(ana.id, &[(room, 0)]);
    hub.remove(ana.id);
    let registry = hub.registry();
    assert!(registry.listeners.is_empty() && registry.rooms.is_empty());
    assert!(registry.watched.is_empty() && registry.users.is_empty());
}

#[test]
fn the_end_of_a_session_closes_its_sockets_alone() {
    let hub = hub();
    let (one, two) = (session(), session());
    let (a, b, c) = (
        hub.register(one.clone()),
        hub.register(one.clone()),
        hub.register(two),
    );
    hub.close_session(&one, CloseCode::SignedOut);
    assert_eq!(a.mailbox.wish(), Some(CloseCode::SignedOut));
    assert_eq!(b.mailbox.wish(), Some(CloseCode::SignedOut));
    assert_eq!(c.mailbox.wish(), None);
}
