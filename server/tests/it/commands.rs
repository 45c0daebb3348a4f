//! Every command of the live connection, tried by everybody.
//!
//! A command without a rule, and a rule without a command, fail by name.

use std::collections::BTreeSet;

use app::live::wire::ClientFrame;
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    doors::{Allowed, Cast, Kind, Scene, Stage, Who, with_extras, without_forgeries},
    support::Socket,
};

const PROTOCOL: &str = include_str!("../../../docs/protocol.md");

/// How many scenes are played at the same time.
const AT_ONCE: usize = 8;

/// What follows a command: the type of a frame that answers it; `refused: ` and a code; `heard: ` and
/// the type of a frame that another member hears, where there is no answer; or one of these.
type Outcome = &'static str;

/// The socket is closed before anything is read.
const CLOSED: Outcome = "closed";

/// Nothing is said to anybody, about the command or later.
const SILENCE: Outcome = "silence";

const ACCEPTED: Outcome = "accepted";
const FORBIDDEN: Outcome = "refused: forbidden";

/// For each [`Who`], in their order.
#[derive(Clone, Copy)]
struct Outcomes {
    group: [Outcome; 6],
    public: [Outcome; 6],
}

/// Outside, a group does not exist, and a public room is to be joined first.
const fn inside(member: Outcome, moderator: Outcome, owner: Outcome) -> Outcomes {
    const UNKNOWN: Outcome = "refused: room_unknown";
    const TO_JOIN: Outcome = "refused: not_member";
    Outcomes {
        group: [CLOSED, UNKNOWN, UNKNOWN, member, moderator, owner],
        public: [CLOSED, TO_JOIN, TO_JOIN, member, moderator, owner],
    }
}

const fn members(outcome: Outcome) -> Outcomes {
    inside(outcome, outcome, outcome)
}

const fn everywhere(outside: Outcome, inside: Outcome) -> Outcomes {
    let outcomes = [CLOSED, outside, outside, inside, inside, inside];
    Outcomes {
        group: outcomes,
        public: outcomes,
    }
}

const KEEPERS: Outcomes = inside(FORBIDDEN, ACCEPTED, ACCEPTED);

struct Rule {
    command: &'static str,
    outcomes: Outcomes,
    fields: fn(&Scene) -> Value,
}

const fn rule(command: &'static str, outcomes: Outcomes, fields: fn(&Scene) -> Value) -> Rule {
    Rule {
        command,
        outcomes,
        fields,
    }
}

#[rustfmt::skip]
const RULES: &[Rule] = &[
    rule("hello", everywhere("welcome", "welcome"), |_| json!({})),
    rule("subscribe", members("subscribed"), |s| json!({"room": s.room, "since": s.theirs.place})),
    rule("unsubscribe", everywhere(SILENCE, SILENCE), |s| json!({"room": s.room})),
    rule("send", members(ACCEPTED), |s| json!({"room": s.room, "id": Uuid::now_v7(), "body": "hi", "reply_to": s.theirs.place})),
    rule("edit", members(ACCEPTED), |s| about(s, &s.own.id, json!({"body": "new"}))),
    rule("edit", members(FORBIDDEN), |s| about(s, &s.theirs.id, json!({"body": "new"}))),
    rule("delete", members(ACCEPTED), |s| about(s, &s.own.id, json!({}))),
    rule("delete", KEEPERS, |s| about(s, &s.theirs.id, json!({}))),
    rule("react", members(ACCEPTED), |s| about(s, &s.theirs.id, json!({"emoji": "👍", "on": true}))),
    rule("pin", KEEPERS, |s| about(s, &s.theirs.id, json!({"on": true}))),
    rule("read", everywhere(SILENCE, "heard: read"), |s| json!({"room": s.room, "seq": s.theirs.place})),
    rule("typing", everywhere(SILENCE, "heard: typing"), |s| json!({"room": s.room})),
];

/// A command about a message.
fn about(scene: &Scene, message: &Value, mut more: Value) -> Value {
    more["room"] = json!(scene.room);
    more["id"] = json!(Uuid::now_v7());
    more["message"] = message.clone();
    more
}

/// Says a command on a socket that has tried to listen, as pages do, and finds what follows.
async fn follows(scene: &Scene, frame: &Value, told: &mut Vec<Value>) -> String {
    let mut socket = scene.caller.connect().await;
    if scene.caller.cookie.is_none() {
        assert_eq!(socket.close_code().await, 4401);
        return CLOSED.to_owned();
    }
    let mut witness = scene.witness.listen(&scene.room).await;
    if frame["type"] != "subscribe" {
        let subscribe = json!({"type": "subscribe", "room": scene.room});
        socket.say(subscribe).await;
        socket.next().await;
    }
    socket.say(frame.clone()).await;
    let outcome = if is_quiet(frame) {
        quiet(scene, frame, &mut socket, &mut witness).await
    } else {
        loud(&mut socket).await
    };
    told.append(&mut socket.told);
    told.append(&mut witness.told);
    outcome
}

/// Whether a command has no answer.
fn is_quiet(frame: &Value) -> bool {
    ["unsubscribe", "read", "typing"].contains(&frame["type"].as_str().unwrap())
}

/// What a command is answered that has an answer.
async fn loud(socket: &mut Socket) -> String {
    loop {
        let frame = socket.next().await;
        match frame["type"].as_str().unwrap() {
            // It listens to the room.
            "changes" => {}
            "refused" => return format!("refused: {}", frame["code"].as_str().unwrap()),
            kind => return kind.to_owned(),
        }
    }
}

/// What comes of a command that has none: what the witness hears before the next word in the room.
async fn quiet(
    scene: &Scene,
    command: &Value,
    socket: &mut Socket,
    witness: &mut Socket,
) -> String {
    socket.say(json!({"type": "hello"})).await;
    loop {
        let frame = socket.next().await;
        if frame["type"] == "welcome" {
            break;
        }
        // Of one's own reading the other devices are told, and this one with them.
        assert_eq!(frame["type"], "read", "{command}: {frame}");
    }
    scene.keeper.send(&scene.room, "the next word").await;
    let heard = witness.next().await;
    if heard["type"] != "changes" {
        return format!("heard: {}", heard["type"].as_str().unwrap());
    }
    if command["type"] == "unsubscribe" {
        socket.say(json!({"type": "hello"})).await;
        assert_eq!(
            socket.next().await["type"],
            "welcome",
            "it listens no longer"
        );
    }
    SILENCE.to_owned()
}

/// Says every command as these, in rooms of these kinds. Returns what was otherwise than the rules
/// say, and all frames.
async fn tour(
    cast: &Cast,
    kinds: &[Kind],
    callers: &[Who],
    prepare: fn(&mut Value),
) -> (Vec<String>, Vec<Value>) {
    let stage = Stage::new(cast, kinds, callers);
    let tries = RULES
        .iter()
        .flat_map(|rule| stage.places().map(move |place| (rule, place)));
    let tried = tries.map(async |(rule, (kind, who))| {
        let play = async |scene: &Scene| {
            let mut frame = (rule.fields)(scene);
            frame["type"] = json!(rule.command);
            prepare(&mut frame);
            let mut told = Vec::new();
            let outcome = Box::pin(follows(scene, &frame, &mut told)).await;
            let expected = match kind {
                Kind::Group => rule.outcomes.group,
                Kind::Public => rule.outcomes.public,
            }[who as usize];
            let surprise = (outcome != expected).then(|| {
                format!("{frame} as {who:?} of a {kind:?} room: {outcome} and not {expected}")
            });
            (outcome != ACCEPTED, (surprise, told))
        };
        stage.play(kind, who, play).await
    });
    let tried: Vec<_> = stream::iter(tried)
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let (surprises, told): (Vec<_>, Vec<_>) = tried.into_iter().unzip();
    (surprises.into_iter().flatten().collect(), told.concat())
}

/// The commands that there are, as serde lists them when it knows one not.
fn commands() -> BTreeSet<String> {
    let error = serde_json::from_value::<ClientFrame>(json!({"type": "?"})).unwrap_err();
    let names = error.to_string();
    let names = names
        .split("expected one of ")
        .nth(1)
        .expect("the names are listed");
    names
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn row_21_every_command_is_listed_and_has_a_rule() {
    let listed = PROTOCOL.split("From the client:").nth(1).unwrap();
    let listed = listed.split("From the server:").next().unwrap();
    let rows = listed.lines().filter_map(|line| line.strip_prefix("| `"));
    let listed: BTreeSet<_> = rows
        .map(|row| row.split('`').next().unwrap().to_owned())
        .collect();
    assert_eq!(listed, commands(), "docs/protocol.md lists the commands");
    let ruled: BTreeSet<_> = RULES.iter().map(|rule| rule.command.to_owned()).collect();
    assert_eq!(ruled, commands(), "every command has a rule here");
}

/// Both rows are read from the same frames.
#[tokio::test(flavor = "multi_thread")]
async fn row_21_and_row_25_every_command_has_its_outcome_and_frames_tell_no_secret() {
    let cast = Cast::gather().await;
    let (surprises, told) = tour(&cast, &Kind::ALL, &Who::ALL, |_| ()).await;
    assert!(surprises.is_empty(), "{surprises:#?}");
    let allowed = Allowed::of(&cast).await;
    for frame in &told {
        allowed.check(frame, &[], &format!("a frame {frame}"));
    }
    cast.server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_24_fields_that_a_command_does_not_take_change_nothing() {
    let cast = Cast::gather().await;
    let (surprises, told) = tour(&cast, &[Kind::Group], &Who::SOME, with_extras).await;
    assert!(surprises.is_empty(), "{surprises:#?}");
    let told: Vec<_> = told.iter().map(Value::to_string).collect();
    without_forgeries(&cast, &told).await;
    cast.server.end().await;
}

/// What a command is answered, without the room that it names. One that has no answer is followed by one
/// that has; others may be overtaken by it.
async fn answers(socket: &mut Socket, frame: &Value) -> String {
    socket.say(frame.clone()).await;
    let mut answers = Vec::new();
    if is_quiet(frame) {
        socket.say(json!({"type": "hello"})).await;
        loop {
            let answer = socket.next().await;
            if answer["type"] == "welcome" {
                break;
            }
            answers.push(answer);
        }
    } else {
        answers.push(socket.next().await);
    }
    let room = frame["room"].as_str().unwrap();
    json!(answers).to_string().replace(room, "")
}

#[tokio::test]
async fn row_23_a_command_about_an_unknown_room_and_one_that_must_stay_unknown_is_answered_alike() {
    let cast = Cast::gather().await;
    for who in [Who::Stranger, Who::Former] {
        let scene = cast.scene(Kind::Group, who).await;
        let mut socket = scene.caller.connect().await;
        for rule in RULES {
            let mut frame = (rule.fields)(&scene);
            if frame.get("room").is_none() {
                continue;
            }
            frame["type"] = json!(rule.command);
            let forbidden = answers(&mut socket, &frame).await;
            frame["room"] = json!(Uuid::now_v7());
            let unknown = answers(&mut socket, &frame).await;
            assert_eq!(forbidden, unknown, "{} as {who:?}", rule.command);
        }
    }
    cast.server.end().await;
}
