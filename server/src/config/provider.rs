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
    /// The provider, if there is one.
    pub(super) fn chosen(&self) -> Result<Option<ProviderConfig>, ConfigError> {
        let set = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
        let Some(client_id) = set(&self.google_client_id) else {
            return Ok(None);
        };
        let client_secret = set(&self.google_client_secret).ok_or(ConfigError::NoClientSecret)?;
        let issuer = self.oidc_issuer.clone();
        let sound = Url::parse(&issuer)
            .is_ok_and(|url| is_safe(&url) && url.query().is_none() && url.fragment().is_none());
        if !sound {
            return Err(ConfigError::OidcIssuer(issuer));
        }
        Ok(Some(ProviderConfig {
            name: self.oidc_name.clone(),
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
        assert_eq!(found.issuer, "https://accounts.google.com");
        assert_eq!(found.name, "Google");
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
            ("http://id.example", false),
            ("https://id.example?a=b", false),
            ("id.example", false),
        ] {
            let args = [&set[..], &["--oidc-issuer", issuer]].concat();
            assert_eq!(chosen(&args).is_ok(), good, "{issuer}");
        }
    }
}
