//! Every door, tried by everybody.
//!
//! The tables in `rules` say what each door answers to whom; the tests here are made from it. A
//! door without a rule, and a rule without a door, fail by name.

mod allowed;
mod forged;
mod rules;
mod scene;
mod stage;

use std::collections::BTreeSet;

use futures::{StreamExt, stream};
use leptos::server_fn::axum::server_fn_paths;
use reqwest::header;
use serde_json::{Value, json};
use uuid::Uuid;

use self::rules::Rule;

pub(crate) use self::{
    allowed::Allowed,
    forged::{with_extras, without_forgeries},
    rules::rules,
    scene::{Cast, Kind, Scene, Who},
    stage::Stage,
};

/// How many scenes are played at the same time.
const AT_ONCE: usize = 8;

/// One try of a door.
struct Tried {
    rule: &'static Rule,
    what: String,
    expected: u16,
    status: u16,
    answer: String,
    /// The cookies that the answer sets.
    cookies: Vec<String>,
}

/// Tries every door as these, in rooms of these kinds. `prepare` may change what is said.
async fn tour(cast: &Cast, kinds: &[Kind], callers: &[Who], prepare: fn(&mut Value)) -> Vec<Tried> {
    let stage = Stage::new(cast, kinds, callers);
    let tries = rules().flat_map(|rule| {
        // Accounts are the same in front of every room.
        let places = stage.places();
        let places = places.filter(|&(kind, _)| !rule.own_account || kind == kinds[0]);
        places.map(move |(kind, who)| (rule, kind, who))
    });
    let tried = tries.map(async |(rule, kind, who)| {
        if rule.own_account {
            let scene = cast.scene_with_own_account(kind, who).await;
            return attempt(rule, kind, who, &scene, prepare).await;
        }
        let play = async |scene: &Scene| {
            let tried = attempt(rule, kind, who, scene, prepare).await;
            (rule.reads || tried.status != 200, tried)
        };
        stage.play(kind, who, play).await
    });
    let tried = stream::iter(tried).buffer_unordered(AT_ONCE);
    tried.collect().await
}

async fn attempt(
    rule: &'static Rule,
    kind: Kind,
    who: Who,
    scene: &Scene,
    prepare: fn(&mut Value),
) -> Tried {
    let mut input = (rule.input)(scene);
    prepare(&mut input);
    let answer = scene.caller.post(rule.door, &input).await;
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
    let cookies = cookies.map(|cookie| cookie.to_str().unwrap().to_owned());
    Tried {
        rule,
        cookies: cookies.collect(),
        what: format!("{} as {who:?} of a {kind:?} room, {input}", rule.door),
        expected: rule.expected(kind, who),
        status: answer.status().as_u16(),
        answer: answer.text().await.unwrap(),
    }
}

/// What was not answered as it should have been.
fn surprises(tried: &[Tried]) -> Vec<String> {
    let surprises = tried.iter().filter(|tried| tried.status != tried.expected);
    let told = surprises.map(|tried| {
        let Tried {
            what,
            expected,
            status,
            answer,
            ..
        } = tried;
        format!("{what}: {status} and not {expected}, {answer}")
    });
    told.collect()
}

/// The doors that there are.
pub(crate) fn doors() -> BTreeSet<String> {
    server_fn_paths()
        .map(|(path, _)| path.trim_start_matches("/api/").to_owned())
        .collect()
}

#[test]
fn row_20_every_door_has_a_rule_and_every_rule_a_door() {
    let ruled: BTreeSet<_> = rules().map(|rule| rule.door.to_owned()).collect();
    let doors = doors();
    let missing: Vec<_> = doors.difference(&ruled).collect();
    assert!(
        missing.is_empty(),
        "doors without a rule in doors/rules: {missing:?}"
    );
    let left_over: Vec<_> = ruled.difference(&doors).collect();
    assert!(left_over.is_empty(), "rules without a door: {left_over:?}");
}

/// Both rows are read from the same answers: trying everything takes its time.
#[tokio::test(flavor = "multi_thread")]
async fn row_20_and_row_25_every_door_answers_as_its_rule_says_and_tells_no_secret() {
    let cast = Cast::gather().await;
    let tried = tour(&cast, &Kind::ALL, &Who::ALL, |_| ()).await;
    let surprises = surprises(&tried);
    assert!(surprises.is_empty(), "{surprises:#?}");
    let allowed = Allowed::of(&cast).await;
    for tried in &tried {
        let answer: Value = serde_json::from_str(&tried.answer).expect(&tried.what);
        allowed.check(&answer, tried.rule.tells, &tried.what);
        for cookie in &tried.cookies {
            let token = cookie.split(['=', ';']).nth(1).unwrap();
            assert!(
                token.is_empty() || !tried.answer.contains(token),
                "{}",
                tried.what
            );
        }
    }
    cast.server.end().await;
}

/// Whatever may be done in it, and however public other rooms are.
#[tokio::test(flavor = "multi_thread")]
async fn row_20_a_conversation_of_two_is_unknown_to_all_others() {
    let cast = Cast::gather().await;
    for who in [Who::Anonymous, Who::Stranger] {
        let scene = cast.conversation(who).await;
        for rule in rules() {
            let input = (rule.input)(&scene);
            if input.get("room").is_none() {
                continue;
            }
            let answer = scene.caller.post(rule.door, &input).await;
            assert_eq!(
                answer.status(),
                rule.expected(Kind::Group, who),
                "{} as {who:?}",
                rule.door
            );
        }
    }
    cast.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_23_an_unknown_room_and_one_that_must_stay_unknown_are_one_answer() {
    let cast = Cast::gather().await;
    for who in Who::OUTSIDE {
        let scene = cast.scene(Kind::Group, who).await;
        for rule in rules() {
            let mut input = (rule.input)(&scene);
            if input.get("room").is_none() {
                continue;
            }
            let forbidden = scene.caller.post(rule.door, &input).await;
            input["room"] = json!(Uuid::now_v7());
            let unknown = scene.caller.post(rule.door, &input).await;
            assert!(
                !forbidden.status().is_success() && forbidden.status() == unknown.status(),
                "{} as {who:?}: {} and {}",
                rule.door,
                forbidden.status(),
                unknown.status()
            );
            let (forbidden, unknown) = (forbidden.text().await, unknown.text().await);
            assert_eq!(
                forbidden.unwrap(),
                unknown.unwrap(),
                "{} as {who:?}",
                rule.door
            );
        }
    }
    cast.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_24_fields_that_a_door_does_not_take_change_nothing() {
    let cast = Cast::gather().await;
    let tried = tour(&cast, &[Kind::Group], &Who::SOME, with_extras).await;
    let surprises = surprises(&tried);
    assert!(surprises.is_empty(), "{surprises:#?}");
    let told: Vec<_> = tried.into_iter().map(|tried| tried.answer).collect();
    without_forgeries(&cast, &told).await;
    cast.server.end().await;
}
