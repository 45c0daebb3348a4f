//! The bus between nodes, over a real Redis.

use std::{collections::HashMap, fs, time::Duration};

use bytes::Bytes;
use futures::future::join_all;
use layover::hub::bus::{Bus, BusEvent, Channel, MemoryBus};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::support::{
    bus::{Node, SOON, room, rooms, said},
    redis::Redis,
};

#[tokio::test]
async fn a_node_alone_hears_nobody() {
    let bus = MemoryBus;
    bus.subscribe(room()).await.unwrap();
    bus.publish(room(), Bytes::new());
    assert!(!bus.is_up());
}

#[tokio::test]
async fn two_nodes_hear_each_other() {
    let redis = Redis::start();
    let (mut ana, mut ben) = (Node::at(redis.url()).await, Node::at(redis.url()).await);
    let (here, there) = (room(), room());
    ana.subscribe(here).await;
    ben.subscribe(there).await;
    assert!(ana.bus.is_up() && ben.bus.is_up());
    ana.say(there, "to ben");
    ben.say(here, "to ana");
    assert_eq!(ben.hears().await, said(there, "to ben"));
    assert_eq!(ana.hears().await, said(here, "to ana"));
    ana.bus.publish(here, Bytes::from_static(b"\0\xff\r\n"));
    let own = (here, Bytes::from_static(b"\0\xff\r\n"));
    assert_eq!(ana.hears().await, own, "a node hears itself, and any bytes");
}

#[tokio::test]
async fn what_is_published_right_after_the_confirmation_is_heard() {
    let redis = Redis::start();
    let (mut ana, ben) = (Node::at(redis.url()).await, Node::at(redis.url()).await);
    for channel in rooms(200) {
        ana.subscribe(channel).await;
        ben.say(channel, "first");
        assert_eq!(ana.hears().await, said(channel, "first"));
    }
}

#[tokio::test]
async fn order_is_kept_in_each_room() {
    let redis = Redis::start();
    let (mut ana, ben) = (Node::at(redis.url()).await, Node::at(redis.url()).await);
    let rooms = rooms(5);
    join_all(rooms.iter().map(|room| ana.subscribe(*room))).await;
    for number in 0..2_000 {
        ben.say(rooms[number % 5], &number.to_string());
    }
    let mut last: HashMap<Channel, usize> = HashMap::new();
    for _ in 0..2_000 {
        let (channel, payload) = ana.hears().await;
        let number: usize = std::str::from_utf8(&payload).unwrap().parse().unwrap();
        assert_eq!(rooms[number % 5], channel);
        let before = last.insert(channel, number);
        assert_eq!(before.map_or(number % 5, |before| before + 5), number);
    }
}

#[tokio::test]
async fn who_unsubscribes_hears_nothing_more() {
    let redis = Redis::start();
    let (mut ana, ben) = (Node::at(redis.url()).await, Node::at(redis.url()).await);
    let (left, kept) = (room(), room());
    ana.subscribe(left).await;
    ana.subscribe(kept).await;
    ana.bus.unsubscribe(left);
    ben.say(left, "unheard");
    ben.say(kept, "heard");
    assert_eq!(ana.hears().await, said(kept, "heard"));
    // Redis is told as well, before what is confirmed later.
    ana.subscribe(room()).await;
    let left_name = format!("layover:{{{}}}", left.0);
    assert_eq!(
        redis.command(&["PUBSUB", "NUMSUB", &left_name]).trim_end(),
        format!("{left_name}\n0")
    );

    ana.subscribe(left).await;
    ben.say(left, "heard again");
    assert_eq!(ana.hears().await, said(left, "heard again"));
}

#[tokio::test]
async fn a_user_of_redis_needs_few_rights_and_the_right_password() {
    let redis = Redis::start();
    let rules = "on >secret resetchannels &layover:* -@all +ping \
                 +subscribe +unsubscribe +publish +ssubscribe +sunsubscribe +spublish +cluster|slots";
    let command: Vec<&str> = ["ACL", "SETUSER", "layover"]
        .into_iter()
        .chain(rules.split_whitespace())
        .collect();
    assert_eq!(redis.command(&command).trim_end(), "OK");
    redis.command(&["ACL", "SETUSER", "default", "off"]);

    let at = |login: &str| format!("redis://{login}127.0.0.1:{}", redis.port);
    let mut ana = Node::at(at("layover:secret@")).await;
    let channel = room();
    ana.subscribe(channel).await;
    ana.say(channel, "allowed");
    assert_eq!(ana.hears().await, said(channel, "allowed"));

    for login in ["layover:wrong@", ""] {
        let mut eve = Node::connecting(at(login), None);
        let told = timeout(Duration::from_secs(1), eve.events.recv()).await;
        assert!(told.is_err(), "{told:?}");
    }
}

#[tokio::test]
async fn who_may_not_publish_still_hears() {
    let redis = Redis::start();
    let rules = ["on", ">secret", "allchannels", "+@all", "-publish"];
    redis.command(&[&["ACL", "SETUSER", "reader"], &rules[..]].concat());
    let ana = Node::at(redis.url()).await;
    let mut reader = Node::at(format!("redis://reader:secret@127.0.0.1:{}", redis.port)).await;
    let channel = room();
    reader.subscribe(channel).await;
    reader.say(channel, "refused");
    reader.subscribe(room()).await;
    ana.say(channel, "heard");
    assert_eq!(reader.hears().await, said(channel, "heard"));
}

/// A CA of one's own, and a server's certificate that it signed.
fn certificates(folder: &TempDir) -> [String; 3] {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".into()]).unwrap();
    let certificate = params.signed_by(&key, &ca).unwrap();
    let files = [
        ("ca.pem", ca.pem()),
        ("redis.pem", certificate.pem()),
        ("redis.key", key.serialize_pem()),
    ];
    files.map(|(name, pem)| {
        let path = folder.path().join(name);
        fs::write(&path, pem).unwrap();
        path.to_str().unwrap().to_owned()
    })
}

#[tokio::test]
async fn tls_trusts_the_ca_that_is_set_and_no_other() {
    let folder = TempDir::new().unwrap();
    let [ca, certificate, key] = certificates(&folder);
    let redis = Redis::start_with(&[
        "--port",
        "0",
        "--tls-port",
        "PORT",
        "--tls-auth-clients",
        "no",
        "--tls-ca-cert-file",
        &ca,
        "--tls-cert-file",
        &certificate,
        "--tls-key-file",
        &key,
    ]);
    let url = format!("rediss://127.0.0.1:{}", redis.port);
    let mut ana = Node::connecting(url.clone(), Some(ca.into()));
    ana.is_told(BusEvent::Up).await;
    let channel = room();
    ana.subscribe(channel).await;
    ana.say(channel, "in private");
    assert_eq!(ana.hears().await, said(channel, "in private"));

    let mut eve = Node::connecting(url, None);
    let told = timeout(Duration::from_secs(1), eve.events.recv()).await;
    assert!(told.is_err(), "{told:?}");
    assert!(!eve.bus.is_up());
}

#[tokio::test]
async fn a_bus_ends_with_its_last_handle() {
    let redis = Redis::start();
    let mut ana = Node::at(redis.url()).await;
    drop(ana.bus);
    let end = timeout(SOON, ana.events.recv()).await.unwrap();
    assert_eq!(end, None);
}
