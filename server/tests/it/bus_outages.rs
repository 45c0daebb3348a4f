//! The bus while Redis is away, hangs, or is too quick for a node.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::future::join_all;
use layover::hub::bus::{Bus, BusError, BusEvent};
use tokio::{task::yield_now, time::timeout};

use crate::support::{
    bus::{Node, SOON, room, rooms, said},
    redis::Redis,
};

#[tokio::test]
async fn a_killed_redis_is_noticed_and_its_return_too() {
    let mut redis = Redis::start();
    let (mut ana, mut ben) = (Node::at(redis.url()).await, Node::at(redis.url()).await);
    let (before, meanwhile) = (room(), room());
    ana.subscribe(before).await;

    redis.kill();
    ana.is_told(BusEvent::Down).await;
    ben.is_told(BusEvent::Down).await;
    assert!(!ana.bus.is_up());
    let refusal = ana.bus.subscribe(meanwhile).await;
    assert!(matches!(refusal, Err(BusError::Away)));
    ben.say(before, "to nobody");

    redis.launch();
    ana.is_told(BusEvent::Up).await;
    ben.is_told(BusEvent::Up).await;
    for channel in [before, meanwhile] {
        ben.say(channel, "back");
        assert_eq!(ana.hears().await, said(channel, "back"));
    }
}

#[tokio::test]
async fn ten_thousand_rooms_are_back_soon_after_redis_is() {
    let mut redis = Redis::start();
    let mut ana = Node::at(redis.url()).await;
    let rooms = rooms(10_000);
    join_all(rooms.iter().map(|room| ana.subscribe(*room))).await;
    redis.kill();
    ana.is_told(BusEvent::Down).await;
    redis.launch();
    let begun = Instant::now();
    ana.is_told(BusEvent::Up).await;
    // The wait before the next attempt is in it.
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
    ana.say(rooms[9_999], "all are back");
    assert_eq!(ana.hears().await, said(rooms[9_999], "all are back"));
}

#[tokio::test]
async fn a_node_starts_without_redis() {
    let mut redis = Redis::prepare(&[]);
    let mut ana = Node::connecting(redis.url(), None);
    let channel = room();
    let refusal = ana.bus.subscribe(channel).await;
    assert!(matches!(refusal, Err(BusError::Away)));
    assert!(!ana.bus.is_up());
    redis.launch();
    ana.is_told(BusEvent::Up).await;
    ana.say(channel, "here at last");
    assert_eq!(ana.hears().await, said(channel, "here at last"));
}

#[tokio::test]
async fn a_redis_that_hangs_is_noticed_within_seconds() {
    let redis = Redis::start();
    let mut ana = Node::at(redis.url()).await;
    let (channel, late) = (room(), room());
    ana.subscribe(channel).await;
    redis.hang();
    let begun = Instant::now();
    let refusal = ana.bus.subscribe(late).await;
    assert!(matches!(
        refusal,
        Err(BusError::Unconfirmed | BusError::Away)
    ));
    assert!(begun.elapsed() < Duration::from_millis(1_500));
    ana.is_told(BusEvent::Down).await;
    assert!(begun.elapsed() < Duration::from_secs(4));
    redis.wake();
    ana.is_told(BusEvent::Up).await;
    for channel in [channel, late] {
        ana.say(channel, "awake");
        assert_eq!(ana.hears().await, said(channel, "awake"));
    }
}

#[tokio::test]
async fn a_redis_that_hangs_is_noticed_by_a_node_that_asks_nothing() {
    let redis = Redis::start();
    let mut ana = Node::at(redis.url()).await;
    redis.hang();
    let begun = Instant::now();
    ana.is_told(BusEvent::Down).await;
    assert!(begun.elapsed() < Duration::from_secs(4));
    redis.wake();
    ana.is_told(BusEvent::Up).await;
}

#[tokio::test]
async fn a_hanging_redis_does_not_slow_down_who_publishes() {
    let redis = Redis::start();
    let mut ana = Node::at(redis.url()).await;
    let channel = room();
    ana.subscribe(channel).await;
    redis.hang();
    let begun = Instant::now();
    let large = Bytes::from(vec![b'x'; 250_000]);
    for _ in 0..200 {
        ana.bus.publish(channel, large.clone());
    }
    assert!(begun.elapsed() < Duration::from_millis(500));
    ana.is_told(BusEvent::Down).await;
    redis.wake();
    ana.is_told(BusEvent::Up).await;
}

#[tokio::test]
async fn a_slow_node_misses_messages_but_never_that_the_link_was_away() {
    let mut redis = Redis::start();
    let (mut ana, mut ben) = (Node::at(redis.url()).await, Node::at(redis.url()).await);
    let channel = room();
    ana.subscribe(channel).await;
    ben.subscribe(channel).await;
    // Ben reads, and so knows what Redis has sent; ana does not read.
    for _ in 0..10 {
        for _ in 0..1_000 {
            ben.say(channel, "much");
        }
        for _ in 0..1_000 {
            ben.hears().await;
        }
    }
    // The link is lost and returns although nobody reads.
    redis.kill();
    until(|| !ana.bus.is_up()).await;
    redis.launch();
    until(|| ana.bus.is_up()).await;
    let mut missed = 10_000;
    let mut event = ana.next_event().await;
    while matches!(event, BusEvent::Message { .. }) {
        missed -= 1;
        event = ana.next_event().await;
    }
    assert!(missed > 0);
    assert_eq!(event, BusEvent::Down);
    ana.is_told(BusEvent::Up).await;
}

/// For what no event tells.
async fn until(holds: impl Fn() -> bool) {
    let it_holds = async {
        while !holds() {
            yield_now().await;
        }
    };
    timeout(SOON, it_holds).await.expect("it holds at last");
}
