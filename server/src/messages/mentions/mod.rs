//! Whom a message names. Reading that is pure; `store` keeps it.

pub(super) mod store;

use std::collections::BTreeSet;

/// How many people one message names. More are passed over: it is not a way to call everybody.
const MOST: usize = 20;

/// The stretches of a text that are a name with its sign, as byte ranges.
pub(super) fn names(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    text.match_indices('@').filter_map(|(at, _)| {
        // An e-mail address names nobody.
        let before = text.get(..at)?.chars().next_back();
        if before.is_some_and(|before| before.is_alphanumeric() || "_@/.".contains(before)) {
            return None;
        }
        let rest = text.get(at + 1..)?;
        let length = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        let starts = rest.starts_with(|c: char| c.is_ascii_alphabetic());
        (starts && (3..=24).contains(&length)).then_some(at..at + 1 + length)
    })
}

/// The handles that a text names, in lower case, each once.
pub(super) fn named(text: &str) -> Vec<String> {
    let handles: BTreeSet<_> = names(text)
        .filter_map(|name| text.get(name.start + 1..name.end))
        .map(str::to_ascii_lowercase)
        .collect();
    handles.into_iter().take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_named_with_a_sign_wherever_they_stand() {
        assert_eq!(named("@ana, is that so? (@Ben_2)"), ["ana", "ben_2"]);
        assert_eq!(named("@ana @ANA @Ana"), ["ana"]);
        assert_eq!(named("سؤال إلى @ana"), ["ana"]);
    }

    #[test]
    fn what_is_no_handle_names_nobody() {
        for text in [
            "",
            "@",
            "@ab",
            "ana@example.org",
            "@@ana",
            "https://example.org/@ana",
            "@1ana",
            "@abcdefghijklmnopqrstuvwxyz",
        ] {
            assert!(named(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_message_names_at_most_twenty() {
        let all: Vec<_> = (100..200).map(|number| format!("@ana{number}")).collect();
        assert_eq!(named(&all.join(" ")).len(), MOST);
    }
}
