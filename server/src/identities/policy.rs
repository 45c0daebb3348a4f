//! What an identity may do to an account. Pure: it is given the facts.

use app::{
    accounts::{Email, User},
    error::ErrorCode,
    identities::ProviderProblem,
    ids::{IdentityId, UserId},
};

use super::{profile::Profile, store::Stored};
use crate::config::GOOGLE;

/// An identity becomes part of an account only with an address that the provider vouches for: an
/// unverified one may be anybody's.
pub(super) fn vouched_email(profile: &Profile) -> Result<&Email, ProviderProblem> {
    let email = profile.verified_email.as_ref();
    email.ok_or(ProviderProblem::EmailUnverified)
}

/// Whoever has begun to add an identity is still who is signed in when it comes.
pub(super) fn may_finish(linking: UserId, viewer: Option<&User>) -> Result<(), ProviderProblem> {
    match viewer {
        Some(viewer) if viewer.id == linking => Ok(()),
        _ => Err(ProviderProblem::FlowUnknown),
    }
}

/// Whose identity it is already. Adding one's own again changes nothing.
pub(super) fn may_have(owner: &User, user: UserId) -> Result<(), ProviderProblem> {
    if owner.id == user {
        Ok(())
    } else {
        Err(ProviderProblem::IdentityTaken)
    }
}

/// An account gets ways in only once its address is confirmed: until then it may be of somebody who has
/// only claimed the address, and would come in by them when its owner has confirmed it.
pub(super) fn may_link(confirmed: bool) -> Result<(), ErrorCode> {
    if confirmed {
        Ok(())
    } else {
        Err(ErrorCode::EmailUnconfirmed)
    }
}

/// Whether the provider's word for an address opens the account that has confirmed it, whose identities
/// `own` are. Who has another identity of the issuer there may be another person, who has got the address
/// from the first one: a new subject is no proof. Either way the account's owner can connect it.
pub(super) fn may_join(
    issuer: &str,
    profile: &Profile,
    own: &[Stored],
) -> Result<(), ProviderProblem> {
    let other = own.iter().any(|identity| identity.issuer == issuer);
    if other || !is_authoritative(issuer, profile) {
        return Err(ProviderProblem::AccountKnown);
    }
    Ok(())
}

/// Whether the issuer knows now whose an address is. Google says that it does for its own mail, and for
/// what a Workspace hosts, which the claim `hd` tells; any other address it has verified at some time, and
/// somebody else may have it by now. Of other issuers the operator vouches.
fn is_authoritative(issuer: &str, profile: &Profile) -> bool {
    let Some(email) = &profile.verified_email else {
        return false;
    };
    let email = email.as_str().to_ascii_lowercase();
    issuer != GOOGLE || profile.hosted || email.ends_with("@gmail.com")
}

/// One's own, and not the last way in: an identity of an issuer that is not `usable` lets nobody in.
/// Returns the identity.
pub(super) fn may_unlink<'a>(
    has_password: bool,
    own: &'a [Stored],
    usable: Option<&str>,
    identity: IdentityId,
) -> Result<&'a Stored, ErrorCode> {
    let (gone, left): (Vec<_>, Vec<_>) = own.iter().partition(|own| own.id == identity);
    let gone = gone.first().ok_or(ErrorCode::IdentityUnknown)?;
    let way_in = has_password || left.iter().any(|left| Some(left.issuer.as_str()) == usable);
    if way_in {
        Ok(gone)
    } else {
        Err(ErrorCode::LastSignIn)
    }
}

#[cfg(test)]
mod tests {
    use app::accounts::Handle;

    use super::*;

    fn profile(verified_email: Option<&str>) -> Profile {
        Profile {
            subject: "1".into(),
            verified_email: verified_email.map(|email| Email::parse(email).unwrap()),
            hosted: false,
            given_name: None,
        }
    }

    #[test]
    fn row_11_without_a_verified_email_nothing_is_linked() {
        assert_eq!(
            vouched_email(&profile(None)),
            Err(ProviderProblem::EmailUnverified)
        );
        let vouched = profile(Some("ana@example.org"));
        assert_eq!(vouched_email(&vouched).unwrap().as_str(), "ana@example.org");
    }

    #[test]
    fn only_who_has_begun_to_link_may_finish_it() {
        let [ana, ben] = ["ana", "ben"].map(|handle| User {
            id: UserId::new(),
            handle: Handle::parse(handle).unwrap(),
        });
        assert_eq!(may_finish(ana.id, Some(&ana)), Ok(()));
        for other in [Some(&ben), None] {
            assert_eq!(may_finish(ana.id, other), Err(ProviderProblem::FlowUnknown));
        }
    }

    const HERE: &str = "https://id.example";

    fn identity(issuer: &str) -> Stored {
        Stored {
            id: IdentityId::new(),
            issuer: issuer.to_owned(),
            email: "ana@example.org".into(),
            linked_at: 0,
        }
    }

    #[test]
    fn an_identity_is_added_to_nobody_else() {
        let handle = Handle::parse("ana").unwrap();
        let id = UserId::new();
        let ana = User { id, handle };
        assert_eq!(may_have(&ana, id), Ok(()));
        let other = may_have(&ana, UserId::new());
        assert_eq!(other, Err(ProviderProblem::IdentityTaken));
    }

    #[test]
    fn who_has_only_claimed_an_address_connects_nothing() {
        assert_eq!(may_link(true), Ok(()));
        assert_eq!(may_link(false), Err(ErrorCode::EmailUnconfirmed));
    }

    #[test]
    fn a_second_person_of_an_issuer_does_not_come_in_by_the_address_of_the_first() {
        let profile = profile(Some("ana@example.org"));
        let known = Err(ProviderProblem::AccountKnown);
        assert_eq!(may_join(HERE, &profile, &[]), Ok(()));
        assert_eq!(
            may_join(HERE, &profile, &[identity("https://other.example")]),
            Ok(())
        );
        assert_eq!(may_join(HERE, &profile, &[identity(HERE)]), known);
    }

    #[test]
    fn google_opens_accounts_of_its_own_addresses_alone() {
        for (email, hosted, good) in [
            ("ana@gmail.com", false, true),
            ("Ana@GMail.com", false, true),
            ("ana@company.example", true, true),
            ("ana@company.example", false, false),
            ("ana@notgmail.com", false, false),
            ("ana@gmail.com.evil.example", false, false),
        ] {
            let profile = Profile {
                hosted,
                ..profile(Some(email))
            };
            assert_eq!(may_join(GOOGLE, &profile, &[]).is_ok(), good, "{email}");
            assert_eq!(may_join(HERE, &profile, &[]), Ok(()), "{email}");
        }
    }

    fn unlink(has_password: bool, own: &[Stored], identity: &Stored) -> Result<(), ErrorCode> {
        may_unlink(has_password, own, Some(HERE), identity.id).map(|_| ())
    }

    #[test]
    fn the_last_way_in_stays() {
        let both = [identity(HERE), identity(HERE)];
        assert_eq!(unlink(true, &both[..1], &both[0]), Ok(()));
        assert_eq!(unlink(false, &both, &both[0]), Ok(()));
        let last = unlink(false, &both[..1], &both[0]);
        assert_eq!(last, Err(ErrorCode::LastSignIn));
    }

    #[test]
    fn what_was_of_another_provider_is_no_way_in() {
        let both = [identity(HERE), identity("https://former.example")];
        let last = Err(ErrorCode::LastSignIn);
        assert_eq!(unlink(false, &both, &both[0]), last);
        assert_eq!(unlink(false, &both, &both[1]), Ok(()));
        let none = may_unlink(false, &both, None, both[0].id).map(|_| ());
        assert_eq!(none, last, "without a provider");
    }

    #[test]
    fn nobody_unlinks_what_is_not_theirs() {
        let [one, other] = [identity(HERE), identity(HERE)];
        for has_password in [true, false] {
            let refused = unlink(has_password, std::slice::from_ref(&one), &other);
            assert_eq!(refused, Err(ErrorCode::IdentityUnknown));
        }
    }
}
