//! Who asks, and the rooms in which they do.

use layover::accounts::Token;
use serde_json::{Value, json};
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

use crate::support::{Person, Provider, Server, away::Away};

/// How somebody stands to a room. `Anonymous` has no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    Anonymous,
    Stranger,
    Former,
    Member,
    Moderator,
    Owner,
}

impl Who {
    pub(crate) const ALL: [Self; 6] = [
        Self::Anonymous,
        Self::Stranger,
        Self::Former,
        Self::Member,
        Self::Moderator,
        Self::Owner,
    ];

    /// One of those outside, one inside, and who may do most.
    pub(crate) const SOME: [Self; 3] = [Self::Former, Self::Member, Self::Owner];

    /// Those for whom a room that is not public does not exist.
    pub(crate) const OUTSIDE: [Self; 3] = [Self::Anonymous, Self::Stranger, Self::Former];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Group,
    Public,
}

impl Kind {
    pub(crate) const ALL: [Self; 2] = [Self::Group, Self::Public];

    fn as_str(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Public => "public",
        }
    }
}

/// People who do nothing but stand where their handles say.
pub(crate) struct Cast {
    pub(crate) server: Server,
    provider: Provider,
    callers: Vec<Person>,
    owner: Person,
    target: Person,
    target_id: String,
    target_session: String,
    target_identity: Value,
    target_draft: String,
    banned_id: String,
}

impl Cast {
    pub(crate) async fn gather() -> Self {
        // A large future, for which the tests' stacks need no room.
        Box::pin(Self::gathered()).await
    }

    async fn gathered() -> Self {
        let provider = Provider::start().await;
        let server = Server::start_beside(&provider).await;
        let mut callers = vec![server.stranger()];
        for handle in ["stranger", "former", "member", "moderator", "owner"] {
            callers.push(server.confirmed(handle).await);
        }
        let owner = server.person("founder").await;
        let target = server.confirmed("target").await;
        let banned = server.person("banned").await;
        let banned_id = banned.id().await;
        for caller in &callers[1..] {
            has_ways(caller, &provider, &banned_id).await;
        }
        let mut db = server.database.connect().await;
        Self {
            callers,
            owner,
            target_id: target.id().await,
            target_session: session(&mut db, "target").await,
            target_draft: target.upload("theirs.txt", b"theirs").await,
            target_identity: has_ways(&target, &provider, &banned_id).await,
            target,
            banned_id,
            provider,
            server,
        }
    }

    pub(crate) fn caller(&self, who: Who) -> &Person {
        &self.callers[who as usize]
    }

    /// Everybody who has an account.
    pub(crate) fn people(&self) -> impl Iterator<Item = &Person> {
        let others = [&self.owner, &self.target];
        self.callers.iter().skip(1).chain(others)
    }

    /// A new room in which one of the cast stands as `who` says.
    pub(crate) async fn scene(&self, kind: Kind, who: Who) -> Scene {
        let caller = self.caller(who).clone();
        // A large future, for which the tests' stacks need no room.
        let scene = Box::pin(self.set(kind, who, caller)).await;
        self.liven(&scene).await;
        scene
    }

    /// The same, whose caller has a journey that everybody sees.
    pub(crate) async fn scene_with_a_journey(&self, kind: Kind, who: Who) -> Scene {
        let mut scene = self.scene(kind, who).await;
        scene.own_journey = begun(&scene.caller).await;
        let shown = json!({"journey": scene.own_journey.0, "visibility": "public"});
        scene.caller.call("journeys/update", shown).await;
        scene
    }

    /// A scene with somebody whom nobody else is, who has got mails.
    pub(crate) async fn scene_with_own_account(&self, kind: Kind, who: Who) -> Scene {
        let handle = format!("o{}", &Uuid::new_v4().simple().to_string()[..20]);
        let owner = self.server.confirmed(&handle).await;
        let identity = has_ways(&owner, &self.provider, &self.banned_id).await;
        let draft = owner.upload("mine.txt", b"mine").await;
        let own_journey = begun(&owner).await;
        let caller = if who == Who::Anonymous {
            self.caller(who).clone()
        } else {
            owner
        };
        let mut scene = Box::pin(self.set(kind, who, caller)).await;
        let mut db = self.server.database.connect().await;
        scene.confirming = mailed(&mut db, &handle, "confirm").await;
        scene.resetting = mailed(&mut db, &handle, "reset").await;
        scene.session = session(&mut db, &handle).await;
        scene.identity = identity;
        scene.draft = draft;
        scene.their_journey = likewise(&mut db, &own_journey.0, &self.target_id, &scene.room).await;
        scene.own_journey = own_journey;
        scene
    }

    /// A conversation of two others, and somebody who stands outside.
    pub(crate) async fn conversation(&self, who: Who) -> Scene {
        let scene = self.scene(Kind::Group, who).await;
        let with = json!({"handle": self.target.handle});
        let direct = self.owner.call("rooms/direct", with).await;
        let room = direct["room"]["id"].as_str().unwrap().to_owned();
        let said = Said::by(&self.target, &room, "between us", None).await;
        Scene {
            room,
            own: said.clone(),
            theirs: said,
            ..scene
        }
    }

    /// Things that others see are done, and somebody is kept out.
    async fn liven(&self, scene: &Scene) {
        let Scene {
            room,
            theirs,
            keeper,
            ..
        } = scene;
        let about = json!({"room": room, "message": theirs.id, "on": true, "emoji": "🎉"});
        keeper.call("messages/react", about.clone()).await;
        keeper.call("messages/pin", about).await;
        Said::by(keeper, room, "an answer", Some(theirs.place)).await;
        let ban = json!({"room": room, "user": self.banned_id});
        keeper.call("rooms/ban", ban).await;
    }

    async fn set(&self, kind: Kind, who: Who, caller: Person) -> Scene {
        let keeper = if who == Who::Owner {
            caller.clone()
        } else {
            self.owner.clone()
        };
        let target = &self.target;
        let room = keeper.create("Visa", kind.as_str()).await;
        let invite = json!({"room": room, "expires": "never"});
        let invite = keeper.call("invites/create", invite).await;
        let code = invite["invite"]["code"].as_str().unwrap().to_owned();
        let join = json!({"code": code});
        target.call("invites/join", join.clone()).await;
        let mut own = None;
        if who >= Who::Former {
            if who < Who::Owner {
                caller.call("invites/join", join).await;
            }
            own = Some(Said::by(&caller, &room, "mine", None).await);
        }
        let words = format!("theirs, @{}", caller.handle);
        let theirs = Said::by(target, &room, &words, None).await;
        if who == Who::Former {
            caller.call("rooms/leave", json!({"room": room})).await;
        }
        if who == Who::Moderator {
            let role = json!({"room": room, "user": caller.id().await, "role": "moderator"});
            keeper.call("rooms/set_role", role).await;
        }
        Scene {
            own_journey: (Value::Null, Value::Null),
            their_journey: (Value::Null, Value::Null),
            caller,
            room,
            code,
            target: self.target_id.clone(),
            target_handle: target.handle.clone(),
            witness: target.clone(),
            banned: self.banned_id.clone(),
            own: own.unwrap_or_else(|| theirs.clone()),
            theirs,
            keeper,
            confirming: String::new(),
            resetting: String::new(),
            session: String::new(),
            their_session: self.target_session.clone(),
            identity: Value::Null,
            draft: self.target_draft.clone(),
            their_draft: self.target_draft.clone(),
            their_identity: self.target_identity.clone(),
        }
    }
}

/// Somebody adds a way to sign in, whose id is returned, and does not want to hear from another.
async fn has_ways(person: &Person, provider: &Provider, blocked: &str) -> Value {
    let said = json!({"sub": person.handle, "email": person.email(), "email_verified": true});
    Away::link(person).await.agrees(provider, &said).await;
    person.call("blocks/add", json!({"user": blocked})).await;
    let list = person.call("identities/list", json!({})).await;
    list[0]["id"].clone()
}

/// Somebody begins a journey. Returns it with what was said of its first stage.
async fn begun(person: &Person) -> (Value, Value) {
    let begin = json!({"template": "us-k1", "on": "2026-01-05"});
    let journey = person.call("journeys/create", begin).await["journey"].clone();
    let view = person
        .call("journeys/open", json!({"journey": journey}))
        .await;
    (journey, view["events"][0]["id"].clone())
}

/// Somebody has a journey like that one, and shows it to the members of a room. Nobody may have as many as the
/// member of all scenes has, so not by the door.
async fn likewise(
    db: &mut PgConnection,
    journey: &Value,
    owner: &str,
    room: &str,
) -> (Value, Value) {
    let (copy, event) = (Uuid::now_v7(), Uuid::now_v7());
    let id = |text: &str| text.parse::<Uuid>().unwrap();
    query!(
        "WITH copied AS (
             INSERT INTO journeys (id, owner_id, template, template_version, visibility, room_id)
             SELECT $1, $2, template, template_version, 'room', $3 FROM journeys WHERE id = $4
             RETURNING id)
         INSERT INTO stage_events (id, journey_id, stage, status, on_date, precision)
         SELECT $5, copied.id, stage, status, on_date, precision
         FROM stage_events CROSS JOIN copied WHERE journey_id = $4",
        copy,
        id(owner),
        id(room),
        id(journey.as_str().unwrap()),
        event,
    )
    .execute(db)
    .await
    .unwrap();
    (json!(copy), json!(event))
}

/// The token of a link that somebody gets by mail.
async fn mailed(db: &mut PgConnection, handle: &str, purpose: &str) -> String {
    let token = Token::new().unwrap();
    let key = token.key();
    query!(
        "INSERT INTO mail_tokens (token_hash, user_id, purpose, email, expires_at)
         SELECT $1, id, $2, email, now() + interval '1 hour' FROM users WHERE handle = $3",
        key.as_bytes(),
        purpose,
        handle,
    )
    .execute(db)
    .await
    .unwrap();
    token.as_str().to_owned()
}

/// By what the owner of a session calls it.
async fn session(db: &mut PgConnection, handle: &str) -> String {
    let id = query_scalar!(
        "SELECT sessions.id FROM sessions JOIN users ON users.id = user_id WHERE handle = $1 LIMIT 1",
        handle,
    );
    id.fetch_one(db).await.unwrap().to_string()
}

/// A message.
#[derive(Clone)]
pub(crate) struct Said {
    pub(crate) id: Value,
    pub(crate) place: i64,
}

impl Said {
    async fn by(person: &Person, room: &str, body: &str, reply_to: Option<i64>) -> Self {
        let id = Uuid::now_v7();
        let send = json!({"room": room, "id": id, "body": body, "reply_to": reply_to});
        let sent = person.call("messages/send", send).await;
        Self {
            id: sent["message"].clone(),
            place: sent["seq"].as_i64().unwrap(),
        }
    }
}

/// A room with an owner, a member whom things are done to, somebody who is banned, and the caller.
pub(crate) struct Scene {
    pub(crate) caller: Person,
    pub(crate) room: String,
    /// Of an invite that works.
    pub(crate) code: String,
    /// A member, by their id.
    pub(crate) target: String,
    pub(crate) target_handle: String,
    /// That member, who may listen.
    pub(crate) witness: Person,
    /// Somebody who is kept out, by their id.
    pub(crate) banned: String,
    /// What the caller has said, or the member where the caller never could.
    pub(crate) own: Said,
    /// What the member has said.
    pub(crate) theirs: Said,
    /// The owner, who is the caller if that is one.
    pub(crate) keeper: Person,
    /// Tokens of links that the caller has got by mail, and a session, a way to sign in and a file of theirs;
    /// where there is no caller, somebody else's. All empty unless the caller has an account of their own.
    pub(crate) confirming: String,
    pub(crate) resetting: String,
    pub(crate) session: String,
    pub(crate) identity: Value,
    /// Something that was sent in, and that no message shows.
    pub(crate) draft: String,
    pub(crate) their_draft: String,
    /// A journey of the caller, or of somebody else where there is none, and what was said of its first stage.
    /// As the member's, which is shown to the members of the room, only for who has an account of their own.
    pub(crate) own_journey: (Value, Value),
    pub(crate) their_journey: (Value, Value),
    /// A session of the member, and a way to sign in.
    pub(crate) their_session: String,
    pub(crate) their_identity: Value,
}
