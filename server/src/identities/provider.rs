//! The provider itself: where people are sent, and what is asked of it when they come back.
//!
//! Invariant: no code, token or secret is in an error or a log. What the provider says of a failure is
//! named by its code alone.

use std::{sync::Arc, time::Duration};

use http::{HeaderValue, Method, Request, StatusCode, header};
use oauth2::{
    AccessToken, AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken,
    EndpointNotSet, EndpointSet, ExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, Scope, StandardRevocableToken, StandardTokenResponse,
    TokenResponse, TokenUrl,
    basic::{
        BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
        BasicTokenType,
    },
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tokio::{sync::Mutex, time::Instant};
use url::Url;

use super::{
    discovery::{self, Discovery, DiscoveryError},
    flow::Flow,
    http::{Http, HttpError},
    profile::{self, Expected, Profile, TokenError},
};
use crate::{accounts::Token, config::ProviderConfig};

/// How long the provider's description of itself is good for.
const GOOD_FOR: Duration = Duration::from_hours(1);

/// Whom we ask: its settings, and what it has told us of itself.
pub(crate) struct Provider {
    config: ProviderConfig,
    redirect: RedirectUrl,
    http: Http,
    known: Mutex<Known>,
}

/// What is known of the provider. Whoever holds the lock asks; others wait for the answer.
#[derive(Default)]
struct Known {
    discovery: Option<(Instant, Arc<Discovery>)>,
    /// When somebody last asked in vain.
    failed: Option<Instant>,
}

#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    #[error("the provider cannot be reached")]
    Http(#[from] HttpError),
    #[error("the provider cannot be reached, as somebody else has just found")]
    FoundAway,
    #[error("the provider answered with {0}")]
    Status(StatusCode),
    #[error("the provider's description of itself cannot be used")]
    Discovery(#[from] DiscoveryError),
    #[error("the request to the provider cannot be made")]
    Request(#[from] http::Error),
    #[error("the provider refused the code: {0}")]
    Refused(String),
    #[error("the provider's answer to the code cannot be read")]
    Unreadable,
    #[error("the provider's word is not believed")]
    Token(#[from] TokenError),
}

impl ProviderError {
    /// Whether it may go away by itself: the provider is not there, or does not describe itself as it
    /// should. Either way it has said nothing of a person that would be in doubt.
    pub(super) fn is_away(&self) -> bool {
        matches!(
            self,
            Self::Http(_) | Self::FoundAway | Self::Status(_) | Self::Discovery(_)
        )
    }
}

/// Where somebody is sent, and what has to be remembered until they are back.
pub(super) struct Way {
    pub(super) url: Url,
    pub(super) nonce: String,
    pub(super) verifier: String,
}

/// What was got for a code.
pub(super) struct Redeemed {
    pub(super) profile: Profile,
    access: AccessToken,
}

/// What OpenID adds to the answer for a code.
#[derive(Debug, Serialize, Deserialize)]
struct IdToken {
    id_token: String,
}

impl ExtraTokenFields for IdToken {}

type OidcClient = Client<
    BasicErrorResponse,
    StandardTokenResponse<IdToken, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

impl Provider {
    /// Asks nothing yet: the server starts whether the provider is there or not. `address` is where people
    /// find Layover.
    ///
    /// # Errors
    ///
    /// When the system has no certificates by which others could be known.
    pub(crate) fn new(config: ProviderConfig, address: &str) -> Result<Self, reqwest::Error> {
        let redirect = RedirectUrl::new(format!("{address}/identities/callback"))
            .expect("a path below a URL is a URL");
        Ok(Self {
            redirect,
            http: Http::new(config.patience)?,
            known: Mutex::default(),
            config,
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.config.name
    }

    pub(super) fn issuer(&self) -> &str {
        &self.config.issuer
    }

    /// The way to the provider, with a new nonce and PKCE challenge.
    pub(super) async fn way(&self, state: &Token, nonce: &Token) -> Result<Way, ProviderError> {
        let client = self.client(&*self.discover().await?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let scopes = ["openid", "email", "profile"].map(|scope| Scope::new(scope.to_owned()));
        let (url, _) = client
            .authorize_url(|| CsrfToken::new(state.as_str().to_owned()))
            .add_scopes(scopes)
            .add_extra_param("nonce", nonce.as_str())
            .set_pkce_challenge(challenge)
            .url();
        Ok(Way {
            url,
            nonce: nonce.as_str().to_owned(),
            verifier: verifier.into_secret(),
        })
    }

    /// Whether an answer names the provider where it has to, and nobody else (RFC 9207).
    pub(super) async fn has_answered(&self, named: Option<&str>) -> Result<bool, ProviderError> {
        Ok(match named {
            Some(named) => named == self.config.issuer,
            None => !self.discover().await?.names_itself,
        })
    }

    /// Redeems the code of somebody who is back for what the provider says of them.
    pub(super) async fn redeem(
        &self,
        code: String,
        flow: &Flow,
    ) -> Result<Redeemed, ProviderError> {
        let answer = self
            .client(&*self.discover().await?)
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(PkceCodeVerifier::new(flow.verifier.clone()))
            .request_async(&self.http)
            .await
            .map_err(refused)?;
        let expected = Expected {
            issuer: &self.config.issuer,
            client: &self.config.client_id,
            nonce: &flow.nonce,
            now: OffsetDateTime::now_utc().unix_timestamp(),
        };
        let profile = profile::read_id_token(&answer.extra_fields().id_token, &expected)?;
        let access = answer.access_token().clone();
        Ok(Redeemed { profile, access })
    }

    /// Asks for the address of a person, where the ID token tells none.
    pub(super) async fn complete(&self, redeemed: Redeemed) -> Result<Profile, ProviderError> {
        let Redeemed { profile, access } = redeemed;
        match &self.discover().await?.userinfo_endpoint {
            // Providers that keep to the letter tell addresses there.
            Some(userinfo) if profile.verified_email.is_none() => {
                let body = self.get(userinfo, Some(access.secret())).await?;
                Ok(profile::read_userinfo(&body, &profile.subject)?)
            }
            _ => Ok(profile),
        }
    }

    fn client(&self, discovery: &Discovery) -> OidcClient {
        let auth = if discovery.takes_basic() {
            AuthType::BasicAuth
        } else {
            AuthType::RequestBody
        };
        Client::new(ClientId::new(self.config.client_id.clone()))
            .set_client_secret(ClientSecret::new(self.config.client_secret.clone()))
            .set_auth_type(auth)
            .set_redirect_uri(self.redirect.clone())
            .set_auth_uri(AuthUrl::from_url(discovery.authorization_endpoint.clone()))
            .set_token_uri(TokenUrl::from_url(discovery.token_endpoint.clone()))
    }

    /// The provider's description of itself; an old one, while there is no new one.
    async fn discover(&self) -> Result<Arc<Discovery>, ProviderError> {
        let came = Instant::now();
        let mut known = self.known.lock().await;
        if let Some((since, discovery)) = &known.discovery
            && since.elapsed() < GOOD_FOR
        {
            return Ok(Arc::clone(discovery));
        }
        // Who has waited while somebody else asked in vain does not ask once more.
        if known.failed.is_some_and(|failed| failed > came) {
            return Err(ProviderError::FoundAway);
        }
        let found = match self.ask().await {
            Ok(found) => Arc::new(found),
            Err(error) => {
                known.failed = Some(Instant::now());
                let Some((_, old)) = &known.discovery else {
                    return Err(error);
                };
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the provider's description of itself is kept although it is old"
                );
                Arc::clone(old)
            }
        };
        known.discovery = Some((Instant::now(), Arc::clone(&found)));
        Ok(found)
    }

    async fn ask(&self) -> Result<Discovery, ProviderError> {
        let address = discovery::address(&self.config.issuer);
        let address = Url::parse(&address).map_err(|_| DiscoveryError::Issuer)?;
        let body = self.get(&address, None).await?;
        Ok(Discovery::read(&body, &self.config.issuer)?)
    }

    async fn get(&self, url: &Url, bearer: Option<&str>) -> Result<Vec<u8>, ProviderError> {
        let mut request = Request::builder()
            .method(Method::GET)
            .uri(url.as_str())
            .header(header::ACCEPT, "application/json")
            .body(Vec::new())?;
        if let Some(bearer) = bearer {
            let mut value =
                HeaderValue::try_from(format!("Bearer {bearer}")).map_err(http::Error::from)?;
            value.set_sensitive(true);
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        let answer = self.http.send(request).await?;
        if answer.status() == StatusCode::OK {
            Ok(answer.into_body())
        } else {
            Err(ProviderError::Status(answer.status()))
        }
    }
}

/// What went wrong at the token endpoint, without the answer itself: there may be tokens in it.
fn refused(error: RequestTokenError<HttpError, BasicErrorResponse>) -> ProviderError {
    match error {
        RequestTokenError::Request(error) => error.into(),
        RequestTokenError::ServerResponse(answer) => {
            ProviderError::Refused(answer.error().to_string())
        }
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => ProviderError::Unreadable,
    }
}
