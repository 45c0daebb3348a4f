//! What an account is made of, each part checked where it enters.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    error::ErrorCode,
    ids::{SessionId, UserId},
};

/// A person as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub handle: Handle,
}

/// The answer of signing up and in: `{user: {id, handle}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub user: User,
}

/// What only the account's owner sees of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    pub handle: Handle,
    pub email: Email,
    /// Whether somebody has followed a link that was sent to the address.
    pub confirmed: bool,
    /// An address that replaces it once it is confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awaited: Option<Email>,
    /// Who signs in through a provider alone has none.
    pub has_password: bool,
}

/// A browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    /// What it is and runs on, as it says itself. Empty: it says nothing.
    pub device: String,
    /// Milliseconds since 1970.
    pub since: i64,
    /// To the hour, in milliseconds since 1970.
    pub used: i64,
    /// The one that asks.
    pub current: bool,
}

/// What a person lets others see of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Privacy {
    /// That they are here, and that they are writing.
    pub shows_presence: bool,
    /// How far they have read. Who does not show it does not see it of others either.
    pub shows_reading: bool,
}

impl Default for Privacy {
    /// As a new account has it: the members of a room see one another.
    fn default() -> Self {
        Self {
            shows_presence: true,
            shows_reading: true,
        }
    }
}

/// The name that others know a person by: 3 to 24 ASCII letters, digits and underscores, a letter
/// first. Two handles that differ only in case are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Handle(String);

impl Handle {
    /// What the handle begins with that is left of an account which was deleted.
    pub const DELETED: &str = "deleted_";

    /// Reads a handle as a person types it, an `@` before it included.
    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        let text = text.trim();
        let text = text.strip_prefix('@').unwrap_or(text);
        let letter_first = text.starts_with(|c: char| c.is_ascii_alphabetic());
        let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if letter_first && plain && (3..=24).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ErrorCode::HandleInvalid)
        }
    }

    /// Reads the handle that a person wants to have. Those that say of an account that it was deleted
    /// are nobody's to take.
    pub fn choose(text: &str) -> Result<Self, ErrorCode> {
        let handle = Self::parse(text)?;
        if handle.is_deleted() {
            Err(ErrorCode::HandleTaken)
        } else {
            Ok(handle)
        }
    }

    /// Whether it is what is left of an account that was deleted. Pages say so in its place
    /// ([`words::name`](crate::words::name)).
    pub fn is_deleted(&self) -> bool {
        let start = self.0.get(..Self::DELETED.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(Self::DELETED))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An address that mail could be sent to; whether it arrives is for a confirmation to find out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Accepts `local@domain.tld` without spaces, 254 bytes at most (RFC 5321).
    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        let text = text.trim();
        let parts = text.rsplit_once('@');
        let sound = parts.is_some_and(|(local, domain)| {
            !local.is_empty()
                && domain.split('.').count() > 1
                && domain.split('.').all(|label| !label.is_empty())
        });
        let blank = text.chars().any(|c| c.is_whitespace() || c.is_control());
        if sound && !blank && text.len() <= 254 {
            Ok(Self(text.to_owned()))
        } else {
            Err(ErrorCode::EmailInvalid)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password on its way to be hashed: 8 to 1,024 characters, taken whole, and not a common one.
pub struct Password(String);

/// What a guesser tries first, of those long enough to pass the other rule.
const COMMON: &[&str] = &[
    "00000000",
    "11111111",
    "12341234",
    "12345678",
    "123456789",
    "1234567890",
    "1q2w3e4r",
    "1qaz2wsx",
    "66666666",
    "87654321",
    "88888888",
    "aa123456",
    "abc12345",
    "abcd1234",
    "admin123",
    "asdfghjkl",
    "baseball",
    "changeme",
    "computer",
    "football",
    "iloveyou",
    "layover1",
    "letmein1",
    "liverpool",
    "michelle",
    "passw0rd",
    "password",
    "password1",
    "password12",
    "password123",
    "princess",
    "q1w2e3r4",
    "qwerty12",
    "qwerty123",
    "qwertyui",
    "qwertyuiop",
    "starwars",
    "sunshine",
    "superman",
    "trustno1",
    "welcome1",
    "whatever",
    "zaq12wsx",
];

impl Password {
    pub fn parse(text: &str) -> Result<Self, ErrorCode> {
        match text.chars().count() {
            ..8 => Err(ErrorCode::PasswordShort),
            1025.. => Err(ErrorCode::PasswordLong),
            _ if COMMON.contains(&text.to_lowercase().as_str()) => Err(ErrorCode::PasswordCommon),
            _ => Ok(Self(text.to_owned())),
        }
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A password is never printed, whatever is logged around it.
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_short_plain_and_starts_with_a_letter() {
        for good in ["ana", "Ana_1", " @ana ", &"a".repeat(24)] {
            assert!(Handle::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "an",
            "1ana",
            "_ana",
            "ana maria",
            "añá",
            "a.b.c",
            &"a".repeat(25),
        ] {
            assert_eq!(Handle::parse(bad), Err(ErrorCode::HandleInvalid), "{bad:?}");
        }
    }

    #[test]
    fn nobody_takes_the_handle_of_a_deleted_account() {
        for bad in ["deleted_", "Deleted_ana", " @deleted_0123456789ab"] {
            assert_eq!(Handle::choose(bad), Err(ErrorCode::HandleTaken), "{bad}");
            assert!(Handle::parse(bad).unwrap().is_deleted(), "{bad}");
        }
        for good in ["deleted", "delete_me", "ana_deleted_"] {
            assert!(Handle::choose(good).is_ok(), "{good}");
        }
        assert_eq!(Handle::choose("an"), Err(ErrorCode::HandleInvalid));
    }

    #[test]
    fn an_email_has_a_name_and_a_dotted_domain() {
        for good in ["ana@example.org", "a+b@x.y.z", "\"odd@name\"@x.org"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "ana",
            "ana@",
            "@x.org",
            "ana@localhost",
            "a b@x.org",
            "a@x..org",
        ] {
            assert_eq!(Email::parse(bad), Err(ErrorCode::EmailInvalid), "{bad}");
        }
    }

    #[test]
    fn row_14_a_password_is_long_enough_uncommon_and_never_cut() {
        assert_eq!(
            Password::parse("1234567").unwrap_err(),
            ErrorCode::PasswordShort
        );
        assert_eq!(
            Password::parse("PassWord123").unwrap_err(),
            ErrorCode::PasswordCommon
        );
        assert_eq!(
            Password::parse(&"é".repeat(1025)).unwrap_err(),
            ErrorCode::PasswordLong
        );
        let long = "x".repeat(1024);
        assert_eq!(Password::parse(&long).unwrap().as_bytes(), long.as_bytes());
        assert_eq!(
            format!("{:?}", Password::parse("correct horse").unwrap()),
            "Password(…)"
        );
    }
}
