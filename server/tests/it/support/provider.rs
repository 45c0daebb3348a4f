//! An OpenID provider of the test's own, which says whatever the test wants: a real one would not lie.
//! The browser tests sign in through a real one.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose};
use layover::config::ProviderConfig;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::types::time::OffsetDateTime;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use url::Url;
use uuid::Uuid;

pub(crate) const CLIENT: &str = "layover";
pub(crate) const SECRET: &str = "a secret between us & them";

pub(crate) struct Provider {
    pub(crate) issuer: String,
    shared: Arc<Mutex<Shared>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    description: Value,
    /// What is said of a person for a code, and where the code was asked for.
    grants: HashMap<String, Grant>,
    /// What the userinfo endpoint says, by access token.
    people: HashMap<String, Value>,
    /// How many codes were tried.
    tried: usize,
    away: bool,
    /// What it answers to every code, if it takes none.
    refusal: Option<&'static str>,
    /// Who waits for the next code to come, and what its answer waits for.
    held: Option<(oneshot::Sender<()>, oneshot::Receiver<()>)>,
    /// What it got and gave that is nobody else's business.
    secrets: Vec<String>,
}

struct Grant {
    claims: Value,
    challenge: String,
    redirect: String,
}

type Here = State<Arc<Mutex<Shared>>>;

impl Provider {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Mutex::new(Shared {
            description: json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/auth"),
                "token_endpoint": format!("{issuer}/token"),
                "userinfo_endpoint": format!("{issuer}/me"),
            }),
            ..Shared::default()
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/elsewhere", get(describe_elsewhere))
            .route("/token", post(redeem))
            .route("/me", get(userinfo))
            .with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            issuer,
            shared,
            task,
        }
    }

    pub(crate) fn config(&self) -> ProviderConfig {
        ProviderConfig {
            name: "Example".into(),
            issuer: self.issuer.clone(),
            client_id: CLIENT.into(),
            client_secret: SECRET.into(),
            patience: Duration::from_mins(1),
        }
    }

    /// Somebody agrees, where the server has sent them. The ID token says what is right, and then `said`.
    /// Returns the code.
    pub(crate) fn grants(&self, way: &Url, said: &Value) -> String {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT, "sub": "ana at the provider",
            "iat": now, "exp": now + 60, "nonce": asked(way, "nonce"),
        });
        for (name, value) in said.as_object().unwrap() {
            claims[name] = value.clone();
        }
        assert_eq!(asked(way, "code_challenge_method"), "S256");
        assert_eq!(asked(way, "response_type"), "code");
        assert_eq!(asked(way, "client_id"), CLIENT);
        let code = Uuid::new_v4().to_string();
        let grant = Grant {
            claims,
            challenge: asked(way, "code_challenge"),
            redirect: asked(way, "redirect_uri"),
        };
        self.shared
            .lock()
            .unwrap()
            .grants
            .insert(code.clone(), grant);
        code
    }

    /// What it says of itself from now on.
    pub(crate) fn describes(&self, name: &str, value: Value) {
        self.shared.lock().unwrap().description[name] = value;
    }

    /// Whether it answers with an error from now on.
    pub(crate) fn is_away(&self, away: bool) {
        self.shared.lock().unwrap().away = away;
    }

    /// What it answers to every code from now on.
    pub(crate) fn refuses(&self, error: &'static str) {
        self.shared.lock().unwrap().refusal = Some(error);
    }

    /// Keeps the next code that comes waiting. Returns what tells that it is there, and what lets it go.
    pub(crate) fn holds(&self) -> (oneshot::Receiver<()>, oneshot::Sender<()>) {
        let (came, is_there) = oneshot::channel();
        let (go, may_go) = oneshot::channel();
        self.shared.lock().unwrap().held = Some((came, may_go));
        (is_there, go)
    }

    /// What its userinfo endpoint says of whoever comes with this code.
    pub(crate) fn knows(&self, code: &str, person: Value) {
        let token = access_token(code);
        self.shared.lock().unwrap().people.insert(token, person);
    }

    /// How many codes were tried.
    pub(crate) fn tried(&self) -> usize {
        self.shared.lock().unwrap().tried
    }

    /// What it got and gave that is in no log.
    pub(crate) fn secrets(&self) -> Vec<String> {
        self.shared.lock().unwrap().secrets.clone()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A parameter of the address to which the server sends people.
pub(crate) fn asked(way: &Url, name: &str) -> String {
    let found = way.query_pairs().find(|(known, _)| known == name);
    found.expect("the parameter is there").1.into_owned()
}

fn access_token(code: &str) -> String {
    format!("access-for-{code}")
}

async fn describe(State(shared): Here) -> Response {
    let shared = shared.lock().unwrap();
    if shared.away {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    match shared.description["redirect"].as_str() {
        Some(other) => (StatusCode::FOUND, [(header::LOCATION, other)]).into_response(),
        None => Json(&shared.description).into_response(),
    }
}

/// What a redirect leads to: the same, without fault.
async fn describe_elsewhere(State(shared): Here) -> Response {
    Json(&shared.lock().unwrap().description).into_response()
}

async fn redeem(
    State(shared): Here,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let held = shared.lock().unwrap().held.take();
    if let Some((came, may_go)) = held {
        came.send(()).unwrap();
        may_go.await.unwrap();
    }
    let mut shared = shared.lock().unwrap();
    shared.tried += 1;
    if shared.away {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({"error": error})));
    if let Some(error) = shared.refusal {
        return refuse(error).into_response();
    }
    // Both parts are written as in a form (RFC 6749, 2.3.1).
    let secret = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect::<String>();
    let basic = general_purpose::STANDARD.encode(format!("{CLIENT}:{secret}"));
    if headers[header::AUTHORIZATION] != format!("Basic {basic}") {
        return refuse("invalid_client").into_response();
    }
    let proof = form["code_verifier"].clone();
    shared.secrets.extend([secret, basic, proof]);
    let code = &form["code"];
    let verifier = Sha256::digest(&form["code_verifier"]);
    let challenge = general_purpose::URL_SAFE_NO_PAD.encode(verifier);
    match shared.grants.remove(code) {
        Some(grant)
            if form["grant_type"] == "authorization_code"
                && grant.challenge == challenge
                && grant.redirect == form["redirect_uri"] =>
        {
            let claims = general_purpose::URL_SAFE_NO_PAD.encode(grant.claims.to_string());
            shared.secrets.push(claims.clone());
            Json(json!({
                "access_token": access_token(code),
                "token_type": "Bearer",
                "id_token": format!("e30.{claims}.c2lnbmF0dXJl"),
            }))
            .into_response()
        }
        _ => refuse("invalid_grant").into_response(),
    }
}

async fn userinfo(State(shared): Here, headers: HeaderMap) -> Response {
    let shared = shared.lock().unwrap();
    let bearer = headers[header::AUTHORIZATION].to_str().unwrap();
    match bearer
        .strip_prefix("Bearer ")
        .and_then(|token| shared.people.get(token))
    {
        Some(person) => Json(person).into_response(),
        None => Json(json!({"sub": "ana at the provider"})).into_response(),
    }
}
