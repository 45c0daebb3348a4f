//! The settings of the OpenID provider through which people sign in.

use std::time::Duration;

use clap::Args;
use url::Url;

use super::{ConfigError, is_safe};

/// What Google's tokens name it.
pub(crate) const GOOGLE: &str = "https://accounts.google.com";

/// How long a provider's answer is waited for. Somebody sits before it.
const PATIENCE: Duration = Duration::from_secs(8);

#[derive(Debug, Clone, Args)]
pub struct ProviderArgs {
    /// The client id that Google, or the provider of --oidc-issuer, has given you. With it people can
    /// sign in there.
    #[arg(long, env = "GOOGLE_CLIENT_ID", global = true)]
    pub google_client_id: Option<String>,

    /// The secret that belongs to the client id.
    #[arg(
        long,
        env = "GOOGLE_CLIENT_SECRET",
        hide_env_values = true,
        global = true
    )]
    pub google_client_secret: Option<String>,

    /// The provider, as its tokens name it. Must be https, unless it is this machine.
    #[arg(
        long,
        env = "OIDC_ISSUER",
        default_value = GOOGLE,
        global = true
    )]
    pub oidc_issuer: String,

    /// What the button calls the provider.
    #[arg(long, env = "OIDC_NAME", default_value = "Google", global = true)]
    pub oidc_name: String,
}

/// An OpenID provider and what it knows us by. Never printed: there is a secret in it.
#[derive(Clone)]
pub struct ProviderConfig {
    /// What people call it.
    pub name: String,
    /// As its tokens name it, to the letter.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: String,
    /// How long until a whole answer of it is there.
    pub patience: Duration,
}

impl ProviderArgs {
    /// The provider, if there is one. What is set to nothing is not set.
    pub(super) fn chosen(&self) -> Result<Option<ProviderConfig>, ConfigError> {
        let set = |value: &str| Some(value.to_owned()).filter(|value| !value.is_empty());
        let Some(client_id) = self.google_client_id.as_deref().and_then(set) else {
            return Ok(None);
        };
        let client_secret = self.google_client_secret.as_deref().and_then(set);
        let client_secret = client_secret.ok_or(ConfigError::NoClientSecret)?;
        let issuer = set(&self.oidc_issuer).unwrap_or_else(|| GOOGLE.to_owned());
        let sound = Url::parse(&issuer)
            .is_ok_and(|url| is_safe(&url) && url.query().is_none() && url.fragment().is_none());
        if !sound {
            return Err(ConfigError::OidcIssuer(issuer));
        }
        Ok(Some(ProviderConfig {
            name: set(&self.oidc_name).unwrap_or_else(|| "Google".to_owned()),
            issuer,
            client_id,
            client_secret,
            patience: PATIENCE,
        }))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::{super::Cli, *};

    fn chosen(args: &[&str]) -> Result<Option<ProviderConfig>, ConfigError> {
        let cli = Cli::parse_from(["layover"].iter().chain(args));
        cli.config.provider.chosen()
    }

    #[test]
    fn a_provider_is_known_by_an_id_and_its_secret() {
        assert!(chosen(&["--google-client-id", ""]).unwrap().is_none());
        let id = ["--google-client-id", "layover"];
        assert!(matches!(chosen(&id), Err(ConfigError::NoClientSecret)));
        let both = [id[0], id[1], "--google-client-secret", "s"];
        let found = chosen(&both).unwrap().unwrap();
        assert_eq!(
            (found.issuer.as_str(), found.name.as_str()),
            (GOOGLE, "Google")
        );
        // As Docker Compose passes on what nobody has set.
        let empty = [&both[..], &["--oidc-issuer", "", "--oidc-name", ""]].concat();
        let found = chosen(&empty).unwrap().unwrap();
        assert_eq!(
            (found.issuer.as_str(), found.name.as_str()),
            (GOOGLE, "Google")
        );
    }

    #[test]
    fn a_provider_is_reached_by_https_or_is_this_machine() {
        let set = [
            "--google-client-id",
            "layover",
            "--google-client-secret",
            "s",
        ];
        for (issuer, good) in [
            ("https://id.example/realm", true),
            ("http://127.0.0.1:4000", true),
            ("http://localhost:4000", true),
            // Whoever answers for such a name need not be this machine.
            ("http://id.localhost:4000", false),
            ("http://id.example", false),
            ("https://id.example?a=b", false),
            ("id.example", false),
        ] {
            let args = [&set[..], &["--oidc-issuer", issuer]].concat();
            assert_eq!(chosen(&args).is_ok(), good, "{issuer}");
        }
    }
}
