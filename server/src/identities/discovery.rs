//! Where the provider's doors are, as it says itself (OpenID Connect Discovery 1.0).

use serde::Deserialize;
use url::Url;

use crate::config::is_loopback;

/// What is used of the provider's description.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Discovery {
    issuer: String,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Whether its answers say who gives them (RFC 9207).
    #[serde(default, rename = "authorization_response_iss_parameter_supported")]
    pub(super) names_itself: bool,
}

/// Why a description cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    #[error("it cannot be read")]
    Unreadable,
    #[error("it is of another issuer than OIDC_ISSUER")]
    Issuer,
    #[error("it names a door that is not https")]
    Insecure,
}

/// The address of an issuer's description.
pub(super) fn address(issuer: &str) -> String {
    let issuer = issuer.trim_end_matches('/');
    format!("{issuer}/.well-known/openid-configuration")
}

impl Discovery {
    /// Reads the description of an issuer. It has to be of this very one, so that nobody else answers
    /// in its place; and secrets go to its doors, so these are https, except on this machine.
    pub(super) fn read(body: &[u8], issuer: &str) -> Result<Self, DiscoveryError> {
        let found: Self = serde_json::from_slice(body).map_err(|_| DiscoveryError::Unreadable)?;
        if found.issuer != issuer {
            return Err(DiscoveryError::Issuer);
        }
        let local = issuer.starts_with("http://");
        let safe = |url: &Url| match url.scheme() {
            "https" => true,
            "http" => local && is_loopback(url),
            _ => false,
        };
        let doors = [&found.authorization_endpoint, &found.token_endpoint];
        if doors.into_iter().chain(&found.userinfo_endpoint).all(safe) {
            Ok(found)
        } else {
            Err(DiscoveryError::Insecure)
        }
    }

    /// Whether we prove who we are in the header. The standard's default; all who can do it are asked so.
    pub(super) fn takes_basic(&self) -> bool {
        let methods = self.token_endpoint_auth_methods_supported.as_deref();
        methods.is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://id.example";

    fn description() -> Value {
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://id.example/auth",
            "token_endpoint": "https://token.example/token",
        })
    }

    fn read(description: &Value, issuer: &str) -> Result<Discovery, DiscoveryError> {
        Discovery::read(description.to_string().as_bytes(), issuer)
    }

    #[test]
    fn a_description_is_of_the_very_issuer_that_was_asked() {
        assert!(read(&description(), ISSUER).is_ok());
        for other in ["https://id.example/", "https://evil.example", ""] {
            let refused = read(&description(), other).unwrap_err();
            assert_eq!(refused, DiscoveryError::Issuer, "{other}");
        }
        let refused = read(&json!({"issuer": ISSUER}), ISSUER).unwrap_err();
        assert_eq!(refused, DiscoveryError::Unreadable);
    }

    #[test]
    fn secrets_go_over_tls_or_stay_on_this_machine() {
        for (issuer, door, good) in [
            (ISSUER, "http://id.example/token", false),
            (ISSUER, "http://127.0.0.1/token", false),
            (ISSUER, "ftp://id.example/token", false),
            ("http://127.0.0.1:1", "http://127.0.0.1:1/token", true),
            ("http://127.0.0.1:1", "http://id.example/token", false),
            ("http://127.0.0.1:1", "https://id.example/token", true),
        ] {
            for name in ["token_endpoint", "userinfo_endpoint"] {
                let mut description = description();
                description["issuer"] = json!(issuer);
                description[name] = json!(door);
                let read = read(&description, issuer);
                assert_eq!(read.is_ok(), good, "{name} {door} of {issuer}");
            }
        }
    }

    #[test]
    fn the_secret_goes_into_the_header_where_it_can() {
        let takes = |methods: Value| {
            let mut description = description();
            description["token_endpoint_auth_methods_supported"] = methods;
            read(&description, ISSUER).unwrap().takes_basic()
        };
        assert!(takes(Value::Null));
        assert!(takes(json!(["client_secret_post", "client_secret_basic"])));
        assert!(!takes(json!(["client_secret_post"])));
    }

    #[test]
    fn a_description_lies_below_its_issuer() {
        let wanted = "https://id.example/a/.well-known/openid-configuration";
        for issuer in ["https://id.example/a", "https://id.example/a/"] {
            assert_eq!(address(issuer), wanted);
        }
    }
}
