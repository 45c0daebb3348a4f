//! Somebody who uses Layover through its HTTP doors.

use reqwest::{Client, RequestBuilder, Response, StatusCode, header, redirect::Policy};
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use super::{Server, Socket};

pub(crate) const PASSWORD: &str = "waiting since march";

#[derive(Clone)]
pub(crate) struct Person {
    client: Client,
    url: Url,
    pub(crate) handle: String,
    /// The session's cookie as the browser sends it, `name=value`.
    pub(crate) cookie: Option<String>,
}

/// A client that goes where it is told. Everything is on this machine: no certificate is needed.
pub(crate) fn client() -> Client {
    // It wants one all the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(Policy::none())
        .tls_certs_only([])
        .build()
        .unwrap()
}

impl Person {
    pub(crate) fn stranger(url: Url) -> Self {
        Self {
            client: client(),
            url,
            handle: String::new(),
            cookie: None,
        }
    }

    pub(crate) async fn sign_up(url: Url, handle: &str) -> Self {
        let mut person = Self::stranger(url);
        let email = format!("{handle}@example.org");
        let input = json!({"handle": handle, "email": email, "password": PASSWORD});
        let answer = person.post("accounts/sign_up", &input).await;
        assert_eq!(answer.status(), StatusCode::OK);
        handle.clone_into(&mut person.handle);
        person.cookie = Some(cookie_of(&answer));
        person
    }

    /// The same person on another device.
    pub(crate) async fn sign_in_again(&self) -> Self {
        let mut other = Self {
            cookie: None,
            ..self.clone()
        };
        let input = json!({"login": self.handle, "password": PASSWORD});
        let answer = other.post("accounts/sign_in", &input).await;
        assert_eq!(answer.status(), StatusCode::OK);
        other.cookie = Some(cookie_of(&answer));
        other
    }

    fn with_cookie(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        }
    }

    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        self.with_cookie(self.client.request(method, self.url.join(path).unwrap()))
    }

    /// Calls a door as a program does.
    pub(crate) async fn post(&self, door: &str, input: &Value) -> Response {
        self.request(reqwest::Method::POST, &format!("/api/{door}"))
            .header(header::ACCEPT, "application/json")
            .json(input)
            .send()
            .await
            .unwrap()
    }

    /// Calls a door that must answer.
    pub(crate) async fn call(&self, door: &str, input: Value) -> Value {
        let answer = self.post(door, &input).await;
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{door} {input}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Calls a door that must refuse. Returns the status and `code`.
    pub(crate) async fn refused(&self, door: &str, input: Value) -> (u16, String) {
        let answer = self.post(door, &input).await;
        let status = answer.status();
        assert!(!status.is_success(), "{door} {input}");
        let error: Value = answer.json().await.unwrap();
        assert!(!error["message"].as_str().unwrap().is_empty());
        (status.as_u16(), error["code"].as_str().unwrap().to_owned())
    }

    /// The token in the link of the next mail to their address.
    pub(crate) async fn mailed_token(&self, server: &Server) -> String {
        token_in(&server.mail_to(&self.email()).await)
    }

    pub(crate) fn email(&self) -> String {
        format!("{}@example.org", self.handle)
    }

    /// Follows the link by which their address is confirmed.
    pub(crate) async fn confirm(&self, server: &Server) {
        let token = self.mailed_token(server).await;
        self.call("accounts/confirm", json!({"token": token})).await;
    }

    /// Tries to sign in from wherever `self` is, with no session.
    pub(crate) async fn try_sign_in(&self, login: &str, password: &str) -> Response {
        let input = json!({"login": login, "password": password});
        self.post("accounts/sign_in", &input).await
    }

    /// Sends a form as a browser without WebAssembly does, from the page `from`.
    pub(crate) async fn post_form(
        &self,
        door: &str,
        from: &str,
        fields: &[(&str, &str)],
    ) -> Response {
        self.request(reqwest::Method::POST, &format!("/api/{door}"))
            .header(header::ACCEPT, "text/html,application/xhtml+xml")
            .header(
                header::REFERER,
                format!("{}{from}", self.url.origin().ascii_serialization()),
            )
            .header("sec-fetch-site", "same-origin")
            .form(fields)
            .send()
            .await
            .unwrap()
    }

    /// Loads a page as a browser does.
    pub(crate) async fn get(&self, path: &str) -> Response {
        let request = self.request(reqwest::Method::GET, path);
        request
            .header(header::ACCEPT, "text/html")
            .send()
            .await
            .unwrap()
    }

    /// Opens a room. Returns its id.
    pub(crate) async fn create(&self, name: &str, kind: &str) -> String {
        let answer = self
            .call("rooms/create", json!({"name": name, "kind": kind}))
            .await;
        answer["room"]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn join(&self, room: &str) {
        self.call("rooms/join", json!({"room": room})).await;
    }

    /// Lets somebody into a room by an invite.
    pub(crate) async fn invite(&self, room: &str, guest: &Self) {
        let input = json!({"room": room, "expires": "day"});
        let invite = self.call("invites/create", input).await;
        let code = json!({"code": invite["invite"]["code"]});
        guest.call("invites/join", code).await;
    }

    /// The person's id.
    pub(crate) async fn id(&self) -> String {
        let user = self.call("accounts/current", json!({})).await;
        user["id"].as_str().unwrap().to_owned()
    }

    /// The same session on another node.
    pub(crate) fn on(&self, node: &Server) -> Self {
        Self {
            handle: self.handle.clone(),
            cookie: self.cookie.clone(),
            ..node.stranger()
        }
    }

    /// The same person, speaking to a server at this address that has the same accounts.
    pub(crate) fn at(&self, url: Url) -> Self {
        Self {
            handle: self.handle.clone(),
            cookie: self.cookie.clone(),
            ..Self::stranger(url)
        }
    }

    /// Says something. Returns the answer `{id, seq, message}`.
    pub(crate) async fn send(&self, room: &str, body: &str) -> Value {
        let id = Uuid::now_v7();
        self.call(
            "messages/send",
            json!({"room": room, "id": id, "body": body}),
        )
        .await
    }

    /// What people have said in the newest page of a room.
    pub(crate) async fn bodies(&self, room: &str) -> Vec<String> {
        let page = self.call("messages/page", json!({"room": room})).await;
        let messages = page["messages"].as_array().unwrap().iter();
        messages
            .filter(|message| message["kind"] == "text")
            .map(|message| message["body"].as_str().unwrap().to_owned())
            .collect()
    }

    pub(crate) async fn connect(&self) -> Socket {
        Socket::connect(&self.url, self.cookie.as_deref()).await
    }

    /// A socket that has said `hello` and is told what changes in the person's rooms.
    pub(crate) async fn greet(&self) -> Socket {
        let mut socket = self.connect().await;
        socket.say(json!({"type": "hello"})).await;
        socket.next_of("welcome").await;
        socket
    }

    /// A socket that has subscribed to a room, from its present on.
    pub(crate) async fn listen(&self, room: &str) -> Socket {
        let mut socket = self.connect().await;
        socket.say(json!({"type": "subscribe", "room": room})).await;
        assert_eq!(socket.next().await["type"], "subscribed");
        socket
    }
}

/// `name=value` of the session's cookie that an answer sets.
pub(crate) fn cookie_of(answer: &Response) -> String {
    named_cookie(answer, "session")
}

/// `name=value` of a cookie that an answer sets.
pub(crate) fn named_cookie(answer: &Response, name: &str) -> String {
    let set = answer.headers().get_all(header::SET_COOKIE).iter();
    let mut set = set.map(|set| set.to_str().unwrap().split(';').next().unwrap());
    let found = set.find(|set| set.split('=').next() == Some(name));
    found.expect("the answer sets the cookie").to_owned()
}

/// The token of the link in a mail.
pub(crate) fn token_in(mail: &str) -> String {
    let rest = mail.split("token=").nth(1).expect("the mail has a link");
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
    rest[..end.unwrap_or(rest.len())].to_owned()
}
