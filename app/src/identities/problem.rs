//! Why somebody comes back from the provider without what they went for.

use std::str::FromStr;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::words::i18n::{Locale, t_string, use_i18n};

/// What went wrong on the way to the provider and back. Only these are told, whatever stands in the
/// address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderProblem {
    /// The person did not agree there.
    Denied,
    /// The provider cannot be reached, or says that it cannot answer.
    Unavailable,
    /// What came back is not the provider's answer to what was asked.
    AnswerInvalid,
    /// Nothing that this browser has begun and not finished: too late, used, or another's.
    FlowUnknown,
    /// The provider does not vouch for an e-mail address.
    EmailUnverified,
    /// The identity belongs to somebody else's account.
    IdentityTaken,
    /// An account here has the address, and the provider's word is not enough to open it.
    AccountKnown,
    /// Those who run this installation keep this person from signing in.
    Suspended,
    /// The fault is on our side.
    Failed,
}

impl ProviderProblem {
    pub const ALL: [Self; 9] = [
        Self::Denied,
        Self::Unavailable,
        Self::AnswerInvalid,
        Self::FlowUnknown,
        Self::EmailUnverified,
        Self::IdentityTaken,
        Self::AccountKnown,
        Self::Suspended,
        Self::Failed,
    ];

    /// The name in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "provider_denied",
            Self::Unavailable => "provider_unavailable",
            Self::AnswerInvalid => "provider_answer_invalid",
            Self::FlowUnknown => "flow_unknown",
            Self::EmailUnverified => "provider_email_unverified",
            Self::IdentityTaken => "identity_taken",
            Self::AccountKnown => "account_known",
            Self::Suspended => "suspended",
            Self::Failed => "failed",
        }
    }

    fn words(self, locale: Locale) -> &'static str {
        match self {
            Self::Denied => t_string!(locale, identities.denied),
            Self::Unavailable => t_string!(locale, identities.unavailable),
            Self::AnswerInvalid => t_string!(locale, identities.answer_invalid),
            Self::FlowUnknown => t_string!(locale, identities.flow_unknown),
            Self::EmailUnverified => t_string!(locale, identities.email_unverified),
            Self::IdentityTaken => t_string!(locale, identities.taken),
            Self::AccountKnown => t_string!(locale, identities.known),
            Self::Suspended => t_string!(locale, errors.suspended),
            Self::Failed => t_string!(locale, identities.failed),
        }
    }
}

/// What an address says that is no problem of ours.
#[derive(Debug, PartialEq, Eq)]
pub struct NoProblem;

impl FromStr for ProviderProblem {
    type Err = NoProblem;

    fn from_str(text: &str) -> Result<Self, NoProblem> {
        let mut all = Self::ALL.into_iter();
        all.find(|problem| problem.as_str() == text)
            .ok_or(NoProblem)
    }
}

/// Says what went wrong, on the page that somebody has come back to.
#[component]
pub fn ProviderNotice() -> impl IntoView {
    let i18n = use_i18n();
    let query = use_query_map();
    move || {
        let code = query.read().get("problem")?;
        let problem: ProviderProblem = code.parse().ok()?;
        Some(view! {
            <p class="note error form-error" role="alert">
                {problem.words(i18n)}
            </p>
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_go_wrong_is_read_from_an_address() {
        for problem in ProviderProblem::ALL {
            assert_eq!(problem.as_str().parse(), Ok(problem));
        }
        for other in ["", "internal", "<b>", "Failed"] {
            assert_eq!(other.parse::<ProviderProblem>(), Err(NoProblem), "{other}");
        }
    }
}
