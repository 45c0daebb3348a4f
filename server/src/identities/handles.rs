//! What a new account is called until its owner chooses: they come from a provider and were asked for
//! nothing.
//!
//! A handle is public and an e-mail is not, so nothing of the address goes into it; of a name, the
//! given one at most.

use app::accounts::Handle;

use crate::error::Error;

/// For who has no name that a handle can be made of.
const NAMELESS: &str = "member";

/// The longest word that still has room for digits.
const LONGEST: usize = 18;

/// A handle for this try: the name alone, and with more and more digits behind it.
pub(super) fn suggest(given_name: Option<&str>, attempt: u32) -> Result<Handle, Error> {
    let word = given_name.and_then(word);
    let handle = match (word, attempt) {
        (Some(word), 0) => word,
        (word, attempt) => {
            let most = 10_u32.pow(attempt.clamp(2, 6));
            let digits = getrandom::u32()? % most;
            format!("{}{digits}", word.as_deref().unwrap_or(NAMELESS))
        }
    };
    Ok(Handle::parse(&handle)?)
}

/// The first word of a name in small letters, if a handle may look like it. One that has other letters
/// than these is left alone rather than written wrong.
fn word(name: &str) -> Option<String> {
    let word = name.split_whitespace().next()?.to_lowercase();
    let plain = word.chars().all(|c| c.is_ascii_lowercase());
    (plain && (3..=LONGEST).contains(&word.len())).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(name: Option<&str>) -> String {
        suggest(name, 0).unwrap().to_string()
    }

    #[test]
    fn a_plain_given_name_becomes_the_handle() {
        assert_eq!(first(Some("Ana")), "ana");
        assert_eq!(first(Some(" Maria José")), "maria");
    }

    #[test]
    fn a_name_that_would_be_written_wrong_is_left_alone() {
        for name in [
            None,
            Some(""),
            Some("José"),
            Some("美玲"),
            Some("Bo"),
            Some("O'Neil"),
        ] {
            assert!(first(name).starts_with(NAMELESS), "{name:?}");
        }
    }

    #[test]
    fn every_try_is_a_handle_and_later_ones_have_digits() {
        let long = "a".repeat(LONGEST);
        for name in [None, Some("Ana"), Some(long.as_str())] {
            for attempt in 1..20 {
                let handle = suggest(name, attempt).unwrap().to_string();
                assert!(handle.ends_with(|c: char| c.is_ascii_digit()), "{handle}");
            }
        }
    }
}
