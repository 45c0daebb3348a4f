//! Adding and taking away ways in through a provider, and what ends them.

use std::time::Duration;

use futures::future::{join, join3};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, query, query_scalar};
use tokio::time::timeout;

use crate::{
    identities::{ana_there, beside_a_provider, signed_in},
    support::{
        Person, Server,
        away::{Away, destination, session_of},
        person::{PASSWORD, token_in},
    },
};

const NEW: &str = "a letter has come";

/// What somebody else signs in with, at the same provider.
fn evil_there() -> Value {
    json!({"sub": "evil", "email": "evil@example.org", "email_verified": true})
}

async fn identities(person: &Person) -> Vec<Value> {
    let list = person.call("identities/list", json!({})).await;
    list.as_array().unwrap().clone()
}

/// Asks for a new password by mail and sets it.
async fn reset(server: &Server, person: &Person) {
    let forget = json!({"email": person.email()});
    person.call("accounts/forget_password", forget).await;
    let token = person.mailed_token(server).await;
    let input = json!({"token": token, "password": NEW});
    let stranger = server.stranger();
    stranger.call("accounts/reset_password", input).await;
}

/// An account has an identity, however it got it.
async fn has_identity(server: &Server, issuer: &str, subject: &str, email: &str) {
    let mut db = server.database.connect().await;
    query!(
        "INSERT INTO identities (id, user_id, issuer, subject, email)
         SELECT gen_random_uuid(), id, $1, $2, $3 FROM users WHERE handle = 'ana'",
        issuer,
        subject,
        email,
    )
    .execute(&mut db)
    .await
    .unwrap();
}

/// Waits until so many wait for a row that somebody else has locked.
async fn wait_for_turns(db: &mut PgConnection, count: i64) {
    let look = async {
        loop {
            let waiting = query_scalar!(
                r#"SELECT count(*) AS "count!" FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event_type = 'Lock'"#
            );
            if waiting.fetch_one(&mut *db).await.unwrap() == count {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    let waiting = timeout(Duration::from_secs(20), look).await;
    waiting.expect("they wait for each other");
}

/// Does both at once: neither gets at the account before the other waits for it, too.
async fn at_once<T>(
    server: &Server,
    one: impl Future<Output = T>,
    other: impl Future<Output = T>,
) -> [T; 2] {
    let mut db = server.database.connect().await;
    let mut watch = server.database.connect().await;
    let mut tx = db.begin().await.unwrap();
    query!("SELECT id FROM users FOR NO KEY UPDATE")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    let (one, other, ()) = join3(one, other, async {
        wait_for_turns(&mut watch, 2).await;
        tx.commit().await.unwrap();
    })
    .await;
    [one, other]
}

#[tokio::test]
async fn an_identity_is_added_listed_and_taken_away() {
    let (provider, server) = beside_a_provider().await;
    let ana = server.confirmed("ana").await;
    let said = json!({"email": "ana@elsewhere.example", "email_verified": true});
    for _ in 0..2 {
        // Adding it twice changes nothing.
        let answer = Away::link(&ana).await.agrees(&provider, &said).await;
        assert_eq!(destination(&answer), "/settings/account");
        assert_eq!(session_of(&answer), None);
    }
    let same = signed_in(&server, &provider, &said).await;
    assert_eq!(ana.id().await, same.id().await);

    let list = ana.call("identities/list", json!({})).await;
    let [identity] = list.as_array().unwrap().as_slice() else {
        panic!("one identity: {list}");
    };
    let names: Vec<_> = identity.as_object().unwrap().keys().collect();
    assert_eq!(names, ["email", "id", "linked_at", "provider"]);
    assert_eq!(identity["provider"], "Example");
    assert_eq!(identity["email"], "ana@elsewhere.example");

    let input = json!({"identity": identity["id"]});
    ana.call("identities/unlink", input.clone()).await;
    assert_eq!(ana.call("identities/list", json!({})).await, json!([]));
    let again = ana.refused("identities/unlink", input).await;
    assert_eq!(again, (404, "identity_unknown".into()));
    let new = signed_in(&server, &provider, &said).await;
    assert_ne!(ana.id().await, new.id().await);
    server.end().await;
}

#[tokio::test]
async fn the_last_way_in_is_not_taken_away() {
    let (provider, server) = beside_a_provider().await;
    let ana = signed_in(&server, &provider, &ana_there()).await;
    let said = json!({"sub": "second", "email": "2@example.org", "email_verified": true});
    Away::link(&ana).await.agrees(&provider, &said).await;
    let inputs = identities(&ana).await;
    let inputs: Vec<_> = inputs
        .iter()
        .map(|identity| json!({"identity": identity["id"]}))
        .collect();
    // One of them is the last.
    let unlink = |input| ana.post("identities/unlink", input);
    let answers = at_once(&server, unlink(&inputs[0]), unlink(&inputs[1])).await;
    let mut statuses = answers.map(|answer| answer.status().as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let left = identities(&ana).await;
    let input = json!({"identity": left[0]["id"]});
    let refused = ana.refused("identities/unlink", input).await;
    assert_eq!(refused, (409, "last_sign_in".into()));
    server.end().await;
}

#[tokio::test]
async fn what_was_of_a_former_provider_does_not_count_as_a_way_in() {
    let (provider, server) = beside_a_provider().await;
    let ana = signed_in(&server, &provider, &ana_there()).await;
    has_identity(&server, "https://former.example", "1", "ana@example.org").await;
    let [own, former] = &identities(&ana).await[..] else {
        panic!("two identities");
    };
    assert_eq!(former["provider"], "former.example");
    let input = json!({"identity": own["id"]});
    let refused = ana.refused("identities/unlink", input).await;
    assert_eq!(refused, (409, "last_sign_in".into()));
    let input = json!({"identity": former["id"]});
    ana.call("identities/unlink", input).await;
    server.end().await;
}

#[tokio::test]
async fn who_takes_a_way_in_away_ends_what_was_begun_by_it_and_its_owner_is_told() {
    let (provider, server) = beside_a_provider().await;
    let ana = server.confirmed("ana").await;
    Away::link(&ana)
        .await
        .agrees(&provider, &evil_there())
        .await;
    let mail = server.mail_to("ana@example.org").await;
    assert!(mail.contains("Subject: A new way to sign in"), "{mail}");
    let evil = signed_in(&server, &provider, &evil_there()).await;
    assert_eq!(ana.id().await, evil.id().await);
    let mut there = evil.greet().await;
    let mut here = ana.greet().await;
    let input = json!({"identity": identities(&ana).await[0]["id"]});
    ana.call("identities/unlink", input).await;
    assert_eq!(there.close_code().await, 4401);
    assert_eq!(evil.call("accounts/current", json!({})).await, json!(null));
    let mail = server.mail_to("ana@example.org").await;
    assert!(mail.contains("was disconnected"), "{mail}");
    assert!(mail.contains("Example") && mail.contains("/account/forgot"));
    // The session that has asked goes on.
    here.say(json!({"type": "hello"})).await;
    assert_eq!(here.next_of("welcome").await["user"]["handle"], "ana");
    server.end().await;
}

#[tokio::test]
async fn two_browsers_that_bring_the_same_identity_to_one_account_both_come_in() {
    let (provider, server) = beside_a_provider().await;
    let ana = server.confirmed("ana").await;
    let stranger = server.stranger();
    let one = Away::leave(&stranger, "/").await;
    let other = Away::leave(&stranger, "/").await;
    let said = ana_there();
    // Both have seen that nobody has the identity yet.
    let (one, other) = (one.agrees(&provider, &said), other.agrees(&provider, &said));
    for answer in at_once(&server, one, other).await {
        let mut person = server.stranger();
        person.cookie = session_of(&answer);
        assert_eq!(person.id().await, ana.id().await);
    }
    server.end().await;
}

#[tokio::test]
async fn a_sign_in_by_what_is_taken_away_just_then_is_none() {
    let (provider, server) = beside_a_provider().await;
    let ana = server.confirmed("ana").await;
    Away::link(&ana)
        .await
        .agrees(&provider, &evil_there())
        .await;
    let away = Away::leave(&server.stranger(), "/").await;
    let mut db = server.database.connect().await;
    let mut watch = server.database.connect().await;
    let mut tx = db.begin().await.unwrap();
    query!("SELECT id FROM users FOR NO KEY UPDATE")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    let (answer, ()) = join(away.agrees(&provider, &evil_there()), async {
        wait_for_turns(&mut watch, 1).await;
        query!("DELETE FROM identities")
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    })
    .await;
    let mut evil = server.stranger();
    evil.cookie = session_of(&answer);
    assert_ne!(ana.id().await, evil.id().await);
    server.end().await;
}

#[tokio::test]
async fn row_11_an_identity_of_who_only_claimed_the_address_ends_with_the_reset() {
    let (provider, server) = beside_a_provider().await;
    // As it may have been added before this was refused, or by an address that is given up.
    let ana = server.confirmed("ana").await;
    has_identity(&server, &provider.issuer, "evil", "evil@example.org").await;
    has_identity(&server, &provider.issuer, "own", "ANA@example.org").await;
    let evil = signed_in(&server, &provider, &evil_there()).await;
    assert_eq!(evil.id().await, ana.id().await);
    let user = ana.id().await;
    reset(&server, &ana).await;
    let own = json!({"sub": "own", "email": "ana@example.org", "email_verified": true});
    let same = signed_in(&server, &provider, &own).await;
    assert_eq!(same.id().await, user);
    assert_eq!(identities(&same).await.len(), 1);
    let evil = signed_in(&server, &provider, &evil_there()).await;
    assert_ne!(evil.id().await, user);
    server.end().await;
}

#[tokio::test]
async fn row_11_who_confirms_an_address_gets_an_account_that_nobody_else_comes_into() {
    let (provider, server) = beside_a_provider().await;
    let ana = server.person("ana").await;
    has_identity(&server, &provider.issuer, "evil", "evil@example.org").await;
    ana.confirm(&server).await;
    assert_eq!(identities(&ana).await, [json!(null); 0]);
    let evil = signed_in(&server, &provider, &evil_there()).await;
    assert_ne!(evil.id().await, ana.id().await);
    // What is added from then on stays when another address is confirmed.
    Away::link(&ana).await.agrees(&provider, &ana_there()).await;
    let input = json!({"email": "moved@example.org", "current": PASSWORD});
    ana.call("accounts/change_email", input).await;
    let mail = server.mail_to("moved@example.org").await;
    let token = token_in(&mail);
    ana.call("accounts/confirm", json!({"token": token})).await;
    assert_eq!(identities(&ana).await.len(), 1);
    server.end().await;
}

#[tokio::test]
async fn a_new_password_ends_what_was_begun_to_add_a_way_in() {
    let (provider, server) = beside_a_provider().await;
    let evil = server.confirmed("ana").await;
    let begun = Away::link(&evil).await;
    let redeeming = Away::link(&evil).await;
    let (is_there, go) = provider.holds();
    let told = "/sign-in?problem=flow_unknown";
    // One is back from the provider already, and its code is being redeemed.
    let (late, ()) = join(redeeming.agrees(&provider, &evil_there()), async {
        is_there.await.unwrap();
        reset(&server, &evil).await;
        go.send(()).unwrap();
    })
    .await;
    let late = destination(&late);
    assert!(late.ends_with("?problem=flow_unknown"), "{late}");
    let answer = begun.agrees(&provider, &evil_there()).await;
    assert_eq!(destination(&answer), told);
    assert_eq!(provider.tried(), 1);
    let mut db = server.database.connect().await;
    let count = query_scalar!(r#"SELECT count(*) AS "count!" FROM identities"#);
    assert_eq!(count.fetch_one(&mut db).await.unwrap(), 0);
    server.end().await;
}
