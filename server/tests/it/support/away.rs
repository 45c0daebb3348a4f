//! A browser that has gone to the provider.

use reqwest::{Response, StatusCode, header};
use serde_json::{Value, json};
use url::Url;

use super::{Person, Provider, person::named_cookie, provider::asked};

pub(crate) struct Away {
    /// Whoever sits at it, with the cookies of the way.
    pub(crate) browser: Person,
    /// Where it was sent.
    pub(crate) way: Url,
}

impl Away {
    /// Begins to sign in.
    pub(crate) async fn leave(person: &Person, next: &str) -> Self {
        Self::by(person, "identities/start", json!({"next": next})).await
    }

    /// Begins to sign in as a browser without WebAssembly does.
    pub(crate) async fn leave_by_form(person: &Person, next: &str) -> Self {
        let answer = person
            .post_form("identities/start", "/sign-in", &[("next", next)])
            .await;
        let way = answer.headers()[header::REFRESH].to_str().unwrap();
        let way = way.strip_prefix("0;url=").unwrap();
        Self::sent(person, &named_cookie(&answer, "oidc"), way)
    }

    /// Begins to add a way in.
    pub(crate) async fn link(person: &Person) -> Self {
        Self::by(person, "identities/link", json!({})).await
    }

    async fn by(person: &Person, door: &str, input: Value) -> Self {
        let answer = person.post(door, &input).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let flow = named_cookie(&answer, "oidc");
        let answer: Value = answer.json().await.unwrap();
        Self::sent(person, &flow, answer["url"].as_str().unwrap())
    }

    /// `person` is sent this way, with the cookie `flow`.
    fn sent(person: &Person, flow: &str, way: &str) -> Self {
        let cookies = [person.cookie.as_deref(), Some(flow)];
        let cookies: Vec<_> = cookies.into_iter().flatten().collect();
        let mut browser = person.clone();
        browser.cookie = Some(cookies.join("; "));
        let way = Url::parse(way).unwrap();
        Self { browser, way }
    }

    /// The path by which the provider sends somebody back with this answer.
    pub(crate) fn path(&self, answer: &[(&str, &str)]) -> String {
        let mut back = Url::parse(&asked(&self.way, "redirect_uri")).unwrap();
        back.query_pairs_mut().extend_pairs(answer);
        format!("{}?{}", back.path(), back.query().unwrap())
    }

    /// Comes back with a code, under the state that belongs to it.
    pub(crate) async fn comes_back_with(&self, code: &str) -> Response {
        let state = asked(&self.way, "state");
        let path = self.path(&[("code", code), ("state", &state)]);
        self.browser.get(&path).await
    }

    /// Agrees at the provider, which says this, and comes back.
    pub(crate) async fn agrees(&self, provider: &Provider, said: &Value) -> Response {
        self.comes_back_with(&provider.grants(&self.way, said))
            .await
    }
}

/// Where an answer sends somebody.
pub(crate) fn destination(answer: &Response) -> &str {
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    answer.headers()[header::LOCATION].to_str().unwrap()
}

/// The session that an answer begins, if it begins one.
pub(crate) fn session_of(answer: &Response) -> Option<String> {
    let mut cookies = answer
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|cookie| cookie.to_str().unwrap().split(';').next());
    cookies
        .find(|cookie| cookie.starts_with("session="))
        .map(str::to_owned)
}
