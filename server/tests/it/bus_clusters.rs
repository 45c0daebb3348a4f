//! The bus over a Redis Cluster, with rooms in the slots of all its nodes.

use std::collections::HashSet;

use futures::future::join_all;
use layover::hub::bus::{Bus, BusEvent, Channel};

use crate::support::{
    bus::{Node, room, rooms},
    redis::{Cluster, Redis},
};

/// All rooms are said something in; returns when all of it was heard.
async fn all_are_heard(speaker: &Node, listener: &mut Node, rooms: &[Channel], text: &str) {
    for room in rooms {
        speaker.say(*room, text);
    }
    let mut missing: HashSet<Channel> = rooms.iter().copied().collect();
    while !missing.is_empty() {
        let (channel, payload) = listener.hears_at_last().await;
        if payload == text {
            missing.remove(&channel);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rooms_in_all_slots_of_a_cluster_are_heard() {
    let cluster = Cluster::start();
    let (mut ana, ben) = (
        Node::at(cluster.url()).await,
        Node::at(cluster.nodes[2].url()).await,
    );
    let rooms = rooms(100);
    join_all(rooms.iter().map(|room| ana.subscribe(*room))).await;
    for room in &rooms {
        ben.say(*room, "one after the other");
        assert_eq!(
            ana.next_event().await,
            BusEvent::Message {
                channel: *room,
                payload: "one after the other".into(),
            }
        );
    }
    ana.bus.unsubscribe(rooms[0]);
    all_are_heard(&ben, &mut ana, &rooms[1..], "all but one").await;
    for node in &cluster.nodes {
        let channels = node.command(&["PUBSUB", "SHARDCHANNELS"]);
        assert!(channels.lines().count() > 10, "each node has its share");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_that_cuts_connections_is_subscribed_again() {
    let cluster = Cluster::start();
    let (mut ana, mut ben) = (Node::at(cluster.url()).await, Node::at(cluster.url()).await);
    let rooms = rooms(100);
    join_all(rooms.iter().map(|room| ana.subscribe(*room))).await;
    for node in &cluster.nodes {
        node.command(&["CLIENT", "KILL", "TYPE", "pubsub"]);
        ana.is_told(BusEvent::Down).await;
        ana.is_told(BusEvent::Up).await;
        all_are_heard(&ben, &mut ana, &rooms, "again").await;
    }
    assert!(ben.events.try_recv().is_err(), "ben's link was never cut");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_of_a_cluster_that_returns_is_subscribed_again() {
    let mut cluster = Cluster::start();
    let (mut ana, mut ben) = (Node::at(cluster.url()).await, Node::at(cluster.url()).await);
    let rooms = rooms(100);
    join_all(rooms.iter().map(|room| ana.subscribe(*room))).await;
    cluster.nodes[0].kill();
    ana.is_told(BusEvent::Down).await;
    ben.is_told(BusEvent::Down).await;
    cluster.nodes[0].launch();
    cluster.wait();
    for node in [&mut ana, &mut ben] {
        while !node.bus.is_up() {
            node.next_event().await;
        }
    }
    all_are_heard(&ben, &mut ana, &rooms, "whole again").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_room_whose_slot_moves_is_followed() {
    let cluster = Cluster::start();
    let (mut ana, mut ben) = (Node::at(cluster.url()).await, Node::at(cluster.url()).await);
    let channel = room();
    ana.subscribe(channel).await;
    let slot = cluster.nodes[0].command(&["CLUSTER", "KEYSLOT", &channel.0.to_string()]);
    let slot = slot.trim_end();
    let owns = |node: &Redis| {
        let channels = node.command(&["PUBSUB", "SHARDCHANNELS"]);
        channels.contains(&channel.0.to_string())
    };
    let owner = cluster.nodes.iter().position(owns).unwrap();
    let [owner, heir, third] = [0, 1, 2].map(|place| &cluster.nodes[(owner + place) % 3]);
    let [from, to] = [owner, heir].map(|node| node.command(&["CLUSTER", "MYID"]));
    let set = |node: &Redis, state: &str, id: &str| {
        let told = node.command(&["CLUSTER", "SETSLOT", slot, state, id.trim_end()]);
        assert_eq!(told.trim_end(), "OK");
    };
    set(heir, "IMPORTING", &from);
    // The heir first: it then outbids what the owner still says to the others.
    for node in [heir, owner, third] {
        set(node, "NODE", &to);
    }
    ana.is_told(BusEvent::Down).await;
    ana.is_told(BusEvent::Up).await;
    // Ben learns of it by his first message, which is lost.
    ben.say(channel, "lost");
    ben.is_told(BusEvent::Down).await;
    ben.is_told(BusEvent::Up).await;
    ben.say(channel, "found");
    let (_, payload) = ana.hears_at_last().await;
    assert_eq!(payload, "found");
}
