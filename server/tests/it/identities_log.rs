//! What the log says of a sign-in through a provider, at any level.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{
    Provider, Server,
    away::{Away, session_of},
    provider::{SECRET, asked},
};

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

#[tokio::test]
async fn row_39_no_code_token_or_secret_is_in_the_log_at_any_level() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .init();
    let provider = Provider::start().await;
    let server = Server::start_beside(&provider).await;
    let mut secrets = vec![SECRET.to_owned()];
    let good = json!({"email": "ana@example.org", "email_verified": true});
    for said in [good, json!({"nonce": "another"})] {
        let away = Away::leave(&server.stranger(), "/").await;
        let code = provider.grants(&away.way, &said);
        let answer = away.comes_back_with(&code).await;
        for cookie in [away.browser.cookie.clone(), session_of(&answer)] {
            let token = cookie.and_then(|cookie| Some(cookie.split_once('=')?.1.to_owned()));
            secrets.extend(token);
        }
        secrets.extend([
            asked(&away.way, "state"),
            asked(&away.way, "nonce"),
            format!("access-for-{code}"),
            code,
        ]);
    }
    let refused = Away::leave(&server.stranger(), "/").await;
    refused.comes_back_with("a code that nobody gave").await;
    secrets.push("a code that nobody gave".into());
    secrets.extend(provider.secrets());
    server.end().await;

    let text = log.text();
    assert!(
        text.contains("signing in through the provider failed"),
        "{text}"
    );
    assert!(text.contains("TRACE"), "everything is logged");
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret} in {text}");
    }
}
