//! The HTTP doors, as one person uses them.

use std::time::Duration;

use app::error::{AppError, ErrorCode};
use reqwest::{Client, header};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a call ended.
#[derive(Debug)]
pub(crate) enum Answer<T> {
    Done(T),
    /// It was not carried out, and trying again does not help.
    Refused(AppError),
    /// Nobody knows.
    Unknown,
}

#[derive(Debug, Clone)]
pub(crate) struct Door {
    client: Client,
    cookie: String,
}

impl Door {
    pub(crate) fn new(cookie: String) -> Self {
        // Each call on a connection of its own: a link may have been reset since the last one.
        let client = Client::builder()
            // Everything is on this machine: no certificate is needed.
            .tls_certs_only([])
            .timeout(PATIENCE)
            .pool_max_idle_per_host(0)
            .build()
            .unwrap_or_default();
        Self { client, cookie }
    }

    /// Calls a door of the node behind a port.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        port: u16,
        door: &str,
        input: &Value,
    ) -> Answer<T> {
        let request = self
            .client
            .post(format!("http://127.0.0.1:{port}/api/{door}"))
            .header(header::ACCEPT, "application/json")
            .header(header::COOKIE, &self.cookie)
            .json(input);
        let Ok(answer) = request.send().await else {
            return Answer::Unknown;
        };
        let well = answer.status().is_success();
        let Ok(text) = answer.text().await else {
            return Answer::Unknown;
        };
        if well {
            return serde_json::from_str(&text).map_or(Answer::Unknown, Answer::Done);
        }
        match serde_json::from_str::<AppError>(&text) {
            Ok(error)
                if !matches!(
                    error.code,
                    ErrorCode::Busy | ErrorCode::Unavailable | ErrorCode::Internal
                ) =>
            {
                Answer::Refused(error)
            }
            _ => Answer::Unknown,
        }
    }

    /// Calls until it is known how it ended, at these ports in turn; some 20 tries.
    pub(crate) async fn insist<T: DeserializeOwned>(
        &self,
        ports: &[u16],
        door: &str,
        input: &Value,
    ) -> Answer<T> {
        for port in ports.iter().cycle().take(40) {
            match self.call(*port, door, input).await {
                Answer::Unknown => tokio::time::sleep(Duration::from_millis(400)).await,
                answer => return answer,
            }
        }
        Answer::Unknown
    }
}
