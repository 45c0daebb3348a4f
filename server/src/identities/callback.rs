//! `GET /identities/callback`: somebody comes back from the provider.
//!
//! It is the one GET that changes something, since the provider sends browsers back by one. In place of
//! the defence against other sites it has its own: it does what was begun by a form of ours, under a state
//! that nobody can guess, in the very browser that was sent away, and only once.

use app::{
    context::Caller,
    error::{AppError, ErrorCode},
    identities::ProviderProblem,
};
use axum::{
    extract::{Query, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use cookie::time::Duration;
use serde::Deserialize;
use url::form_urlencoded;

use super::{
    COOKIE, IdentitiesOnPostgres, Provider, ProviderError, SETTINGS, admission::Setback,
    flow::Flow, policy::may_finish, profile::Profile, store,
};
use crate::{error::Error, pages, router::Services};

/// The page on which people sign in.
const SIGN_IN: &str = "/sign-in";

/// What the provider says when it sends somebody back.
#[derive(Deserialize)]
struct Answer {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    /// Who answers (RFC 9207).
    iss: Option<String>,
}

/// Where somebody goes on to, and the cookies that they take along.
struct Arrival {
    next: String,
    set_cookies: Vec<String>,
}

pub(crate) async fn callback(State(services): State<Services>, request: Request) -> Response {
    let Some(provider) = &services.identities.provider else {
        return Box::pin(pages::page(State(services), request)).await;
    };
    // A HEAD is no visit.
    if *request.method() != Method::GET {
        let allow = [(header::ALLOW, "GET")];
        return (StatusCode::METHOD_NOT_ALLOWED, allow).into_response();
    }
    let answer = Query::try_from_uri(request.uri()).map(|Query(answer)| answer);
    let left = services.accounts.cookies().find(COOKIE, request.headers());
    let browser = services.browser(request.headers(), request.extensions());
    let arrival = match pages::caller(&services, browser).await {
        Ok(caller) => {
            let (identities, left) = (&services.identities, left.as_deref());
            identities
                .arrive(provider, &caller, left, answer.ok())
                .await
        }
        // The cause is in the log.
        Err(_) => turned_back(SIGN_IN, "/", ProviderProblem::Failed),
    };
    let mut response = Redirect::to(&arrival.next).into_response();
    let answer = response.headers_mut();
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for cookie in &arrival.set_cookies {
        if let Ok(cookie) = HeaderValue::from_str(cookie) {
            answer.append(header::SET_COOKIE, cookie);
        }
    }
    response
}

impl IdentitiesOnPostgres {
    /// `left` is the token of the cookie that the browser was sent away with.
    async fn arrive(
        &self,
        provider: &Provider,
        caller: &Caller,
        left: Option<&str>,
        answer: Option<Answer>,
    ) -> Arrival {
        let signed_in = caller.user.is_some();
        let home = if signed_in { SETTINGS } else { SIGN_IN };
        let Some(answer) = answer else {
            return turned_back(home, "/", ProviderProblem::FlowUnknown);
        };
        let state = answer.state.as_deref();
        let flow = match self.take_flow(state, left).await {
            Ok(Some(flow)) => flow,
            Ok(None) => return turned_back(home, "/", ProviderProblem::FlowUnknown),
            Err(error) => return turned_back(home, "/", told(Setback::Failed(error))),
        };
        let mut arrival = match self.finish(provider, caller, answer, &flow).await {
            Ok(arrival) => arrival,
            Err(setback) => {
                let linking = flow.linking.is_some();
                let page = if linking { home } else { SIGN_IN };
                turned_back(page, &flow.next, told(setback))
            }
        };
        arrival.set_cookies.push(self.cookie("", Duration::ZERO));
        arrival
    }

    /// Does what was begun, if the provider says so.
    async fn finish(
        &self,
        provider: &Provider,
        caller: &Caller,
        answer: Answer,
        flow: &Flow,
    ) -> Result<Arrival, Setback> {
        if !provider.has_answered(answer.iss.as_deref()).await? {
            return Err(ProviderProblem::AnswerInvalid.into());
        }
        if let Some(error) = &answer.error {
            return Err(named(error).into());
        }
        let code = answer.code.ok_or(ProviderProblem::AnswerInvalid)?;
        if let Some(linking) = flow.linking {
            may_finish(linking, caller.user.as_ref())?;
        }
        let profile = self.meet(provider, code, flow).await?;
        let browser = &caller.browser;
        let set_cookies = if let Some(linking) = flow.linking {
            self.add(linking, browser, &profile).await?;
            Vec::new()
        } else {
            self.admit(browser, &profile).await?.set_cookies
        };
        Ok(Arrival {
            next: flow.next.clone(),
            set_cookies,
        })
    }

    /// Whom the provider has sent. Of who is known here nothing more is asked than who they are.
    async fn meet(
        &self,
        provider: &Provider,
        code: String,
        flow: &Flow,
    ) -> Result<Profile, Setback> {
        let redeemed = provider.redeem(code, flow).await?;
        let (issuer, subject) = (provider.issuer(), &redeemed.profile.subject);
        let mut db = self.pool.acquire().await?;
        let owner = store::owner(&mut db, issuer, subject).await?;
        drop(db);
        if owner.is_some() {
            Ok(redeemed.profile)
        } else {
            Ok(provider.complete(redeemed).await?)
        }
    }
}

/// What the provider's own words for a failure mean to the person. What it finds wrong with the request
/// is our fault.
fn named(error: &str) -> ProviderProblem {
    match error {
        "access_denied" => ProviderProblem::Denied,
        "server_error" | "temporarily_unavailable" => ProviderProblem::Unavailable,
        other => {
            let other: String = other.chars().take(64).collect();
            tracing::error!(error = ?other, "the provider refused a request of ours");
            ProviderProblem::Failed
        }
    }
}

/// What somebody is told of a setback. The log has its cause, where the fault is not theirs.
fn told(setback: Setback) -> ProviderProblem {
    let error = match setback {
        Setback::Refused(problem) => return problem,
        Setback::Failed(Error::Refused(ErrorCode::Suspended)) => return ProviderProblem::Suspended,
        Setback::Failed(error) => error,
    };
    let problem = match &error {
        Error::Provider(error) if error.is_away() => ProviderProblem::Unavailable,
        // The code is not one that it has given for this sign-in: that is the browser's doing.
        Error::Provider(ProviderError::Refused(code)) if code != "invalid_grant" => named(code),
        Error::Provider(_) => ProviderProblem::AnswerInvalid,
        Error::Refused(code) => {
            tracing::error!(?code, "a sign-in through the provider was refused");
            ProviderProblem::Failed
        }
        _ => ProviderProblem::Failed,
    };
    // Writes the log of everything else.
    let _ = AppError::from(error);
    problem
}

/// Back to a page that says what went wrong, and from which it can be tried again.
fn turned_back(page: &str, next: &str, problem: ProviderProblem) -> Arrival {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("problem", problem.as_str());
    if page == SIGN_IN && next != "/" {
        query.append_pair("next", next);
    }
    Arrival {
        next: format!("{page}?{}", query.finish()),
        set_cookies: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identities::profile::TokenError;

    fn told_of(error: impl Into<Error>) -> ProviderProblem {
        told(Setback::Failed(error.into()))
    }

    #[test]
    fn a_provider_that_cannot_answer_now_is_not_called_untrustworthy() {
        let refused = |code: &str| told_of(ProviderError::Refused(code.to_owned()));
        for away in ["server_error", "temporarily_unavailable"] {
            assert_eq!(refused(away), ProviderProblem::Unavailable, "{away}");
        }
        assert_eq!(refused("access_denied"), ProviderProblem::Denied);
        // Our secret is wrong: nobody who signs in can help it.
        assert_eq!(refused("invalid_client"), ProviderProblem::Failed);
        assert_eq!(refused("invalid_grant"), ProviderProblem::AnswerInvalid);
        let away = ProviderError::Status(StatusCode::BAD_GATEWAY);
        assert_eq!(told_of(away), ProviderProblem::Unavailable);
        let untrue = ProviderError::Token(TokenError::Nonce);
        assert_eq!(told_of(untrue), ProviderProblem::AnswerInvalid);
    }

    #[test]
    fn who_is_suspended_is_told_so_and_of_nothing_else_that_was_refused() {
        assert_eq!(told_of(ErrorCode::Suspended), ProviderProblem::Suspended);
        assert_eq!(told_of(ErrorCode::Busy), ProviderProblem::Failed);
    }
}
