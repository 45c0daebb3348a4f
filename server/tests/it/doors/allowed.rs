//! What may cross the wire: an allow-list of keys, and no secret of anybody.

use std::collections::BTreeSet;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::Value;

use super::Cast;
use crate::support::{person::PASSWORD, provider};

/// Every key that the answers of doors and the frames of sockets have, whatever they are about.
const KEYS: &str = "
    about after asked banned before bio blocked body choices client_id code confirmed count countries
    country created_by current deleted description device due_at edited emoji ended epoch expires_at field first_seq gone handle
    has_password head heads html id invite items joined kind languages last_seq level linked_at links max_uses members
    mentions message messages mute name people picture pinned place provider quoted reactions read reader
    reply_to role room seen sender sent_at seq shows_presence shows_reading since text topic type unread url used
    user uses version wait would_be_due_at
";

/// The same, of journeys.
const JOURNEY_KEYS: &str = "
    actor aliases authority badges blur category clock confirmed_on counted country ended_on event events from
    gathering journey key note office offices on optional other others outcome own owner parent precision reached
    repeatable rooms slug source_url stage stages status stays suggestions template to today transitions unverified
    verified_on visibility warnings
";

/// The same, of waits.
const WAIT_KEYS: &str = "
    beyond cohorts comparison coverage curve differ ended endings ends estimate figures forecast forecasts histogram lower made_on
    median mixed month offices open outlooks position q10 q25 q75 q90 quarter ranges shares since steps through unknown
    until upper waited waiting week weeks window within
";

/// Columns whose values never leave the server, by a part of their names.
const SECRET_COLUMNS: [&str; 6] = ["hash", "token", "secret", "email", "password", "verifier"];

pub(crate) struct Allowed {
    keys: BTreeSet<&'static str>,
    secrets: Vec<String>,
}

impl Allowed {
    /// With what is secret of everybody whom the database knows by now.
    pub(crate) async fn of(cast: &Cast) -> Self {
        let mut secrets = [PASSWORD, provider::SECRET].map(str::to_owned).to_vec();
        for person in cast.people() {
            let cookie = person.cookie.as_deref().unwrap();
            secrets.push(cookie.split_once('=').unwrap().1.to_owned());
        }
        for (column, value) in cast.server.database.columns().await {
            if SECRET_COLUMNS.iter().any(|part| column.contains(part)) {
                secrets.extend(forms(&value));
            }
        }
        Self {
            keys: [KEYS, JOURNEY_KEYS, WAIT_KEYS]
                .into_iter()
                .flat_map(str::split_whitespace)
                .collect(),
            secrets,
        }
    }

    /// Fails with what must not be in a page. `own`: what its reader may see all the same.
    pub(crate) fn check_page(&self, page: &str, own: &str, what: &str) {
        let mut told = self.secrets.iter().filter(|secret| page.contains(*secret));
        let secret = told.find(|secret| *secret != own);
        assert_eq!(secret, None, "{what} holds a secret");
    }

    /// Fails with what must not be in an answer. `tells`: keys that this one may have besides.
    pub(crate) fn check(&self, answer: &Value, tells: &[&str], what: &str) {
        match answer {
            Value::Object(fields) => {
                for (key, value) in fields {
                    if tells.contains(&key.as_str()) {
                        continue;
                    }
                    assert!(
                        self.keys.contains(key.as_str()),
                        "{what}: {key} is not on the list"
                    );
                    self.check(value, tells, what);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.check(item, tells, what)),
            Value::String(text) => {
                let secret = self.secrets.iter().find(|secret| text.contains(*secret));
                assert!(secret.is_none(), "{what}: {text} holds a secret");
            }
            _ => {}
        }
    }
}

/// A stored value as it would be written in an answer: as it is, and bytes in any of their forms.
fn forms(value: &str) -> Vec<String> {
    // Shorter values are found in other words by chance.
    let Some(hex) = value.strip_prefix("\\x") else {
        return (value.len() >= 8)
            .then(|| value.to_owned())
            .into_iter()
            .collect();
    };
    let digits: Vec<_> = hex.chars().collect();
    let bytes: Vec<u8> = digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap())
        .collect();
    vec![
        hex.to_owned(),
        STANDARD.encode(&bytes),
        URL_SAFE_NO_PAD.encode(&bytes),
    ]
}
