//! Case and passport numbers in what people write. Pure: the browser and the server ask the same question.
//!
//! A receipt number alone opens a case, so none is published. What is caught: `[A-Z]{3}[ -]?\d{10}`,
//! `A\d{8,9}`, `N00\d{8}`, `GWF\d{9}`, `\d{4}-\d{4}-\d{4}-\d{4}`, `AA00\w{6}` and the machine-readable zone
//! of a passport, `P<[A-Z]{3}`. Each stands by itself: not in the middle of a longer word or number. Small
//! letters count as well, but for three of them before a space, which is how people write a telephone number.

use std::ops::{Range, RangeInclusive};

#[cfg(feature = "ssr")]
use crate::error::AppError;
use crate::error::ErrorCode;

/// What a mask puts in the place of each hidden letter and digit.
const HIDDEN: char = '•';

/// How many letters and digits of a number are enough for its writer to know it again.
const KNOWN_BY: usize = 4;

/// What becomes of such numbers in what somebody sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Care {
    /// It is not sent.
    #[default]
    Refuse,
    /// They are hidden first.
    Mask,
    /// It is sent as it is: its sender knows.
    Knowing,
}

impl Care {
    /// What a form says. Who has asked for both has the numbers hidden.
    pub fn of(mask: bool, knowing: bool) -> Self {
        match (mask, knowing) {
            (true, _) => Self::Mask,
            (_, true) => Self::Knowing,
            _ => Self::Refuse,
        }
    }

    /// The text as it may be sent.
    pub fn take(self, text: String) -> Result<String, ErrorCode> {
        if self == Self::Knowing || !has_case_number(&text) {
            Ok(text)
        } else if self == Self::Mask {
            Ok(mask_case_numbers(&text))
        } else {
            Err(ErrorCode::CaseNumber)
        }
    }
}

/// Whether there is such a number in a text.
pub fn has_case_number(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    first(&letters).is_some()
}

/// Refuses the words of a field in which there is such a number.
#[cfg(feature = "ssr")]
pub(crate) fn without_case_number(field: &str, text: &str) -> Result<(), AppError> {
    if has_case_number(text) {
        return Err(AppError::from(ErrorCode::CaseNumber).at(field));
    }
    Ok(())
}

/// How the first such number in a text ends.
pub fn case_number_ending(text: &str) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    let secret = letters[first(&letters)?].iter();
    let told: Vec<_> = secret.filter(|letter| letter.is_alphanumeric()).collect();
    Some(
        told[told.len().saturating_sub(KNOWN_BY)..]
            .iter()
            .copied()
            .collect(),
    )
}

/// What is to be hidden of the first number in a text.
fn first(letters: &[char]) -> Option<Range<usize>> {
    (0..letters.len()).find_map(|start| found(letters, start))
}

/// The text with nothing left of such numbers but the letters that they begin with.
pub fn mask_case_numbers(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let Some(secret) = found(&letters, at) else {
            masked.push(letters[at]);
            at += 1;
            continue;
        };
        masked.extend(&letters[at..secret.start]);
        let hidden = letters[secret.clone()].iter().map(|letter| {
            if letter.is_alphanumeric() {
                HIDDEN
            } else {
                *letter
            }
        });
        masked.extend(hidden);
        at = secret.end;
    }
    masked
}

/// What is to be hidden of a number that begins at `start`.
fn found(letters: &[char], start: usize) -> Option<Range<usize>> {
    // Letters of scripts that are written without spaces stand right beside it.
    let is_inside = start > 0 && letters[start - 1].is_ascii_alphanumeric();
    if is_inside || !letters[start].is_ascii_alphanumeric() {
        return None;
    }
    let rest = &letters[start..];
    let hidden = passport(rest)
        .or_else(|| receipt(rest))
        .or_else(|| prefixed(rest, "GWF", 9..=9))
        .or_else(|| prefixed(rest, "N00", 8..=8))
        .or_else(|| prefixed(rest, "A", 8..=9))
        .or_else(|| fours(rest))
        .or_else(|| double(rest))?;
    Some(start + hidden.start..start + hidden.end)
}

/// How many digits stand there.
fn digits(letters: &[char]) -> usize {
    letters
        .iter()
        .take_while(|letter| letter.is_ascii_digit())
        .count()
}

/// Whether a number that has gone on for so many letters ends there.
fn ends(letters: &[char], length: usize) -> bool {
    letters
        .get(length)
        .is_none_or(|letter| !letter.is_ascii_alphanumeric())
}

/// Three letters and ten digits.
fn receipt(letters: &[char]) -> Option<Range<usize>> {
    let prefix = letters.get(..3)?;
    if !prefix.iter().all(char::is_ascii_alphabetic) {
        return None;
    }
    let are_capitals = prefix.iter().all(char::is_ascii_uppercase);
    let joint = matches!(letters.get(3), Some(' ')) && are_capitals || letters.get(3) == Some(&'-');
    let from = 3 + usize::from(joint);
    let length = from + 10;
    let is_number = digits(letters.get(from..)?) == 10 && ends(letters, length);
    (is_number && !goes_on_as_a_price(letters, length)).then_some(from..length)
}

/// How the numbers of USCIS begin. No currency is called so.
const RECEIPTS: [&str; 8] = ["EAC", "IOE", "LIN", "MSC", "NBC", "SRC", "WAC", "YSC"];

/// Whether what looked like a receipt number is a currency and an amount with decimals.
fn goes_on_as_a_price(letters: &[char], length: usize) -> bool {
    let is_called = |name: &&str| name.chars().eq(letters[..3].iter().copied());
    if RECEIPTS.iter().any(is_called) {
        return false;
    }
    let is_decimal = |letter: &char| letter.is_ascii_digit() || *letter == HIDDEN;
    letters.get(3) == Some(&' ')
        && matches!(letters.get(length), Some('.' | ','))
        && letters.get(length + 1).is_some_and(is_decimal)
}

/// So many digits after a prefix.
fn prefixed(
    letters: &[char],
    prefix: &str,
    lengths: RangeInclusive<usize>,
) -> Option<Range<usize>> {
    let from = prefix.len();
    let is_there = letters.len() >= from
        && letters
            .iter()
            .zip(prefix.chars())
            .all(|(letter, expected)| letter.to_ascii_uppercase() == expected);
    if !is_there {
        return None;
    }
    let count = digits(&letters[from..]);
    let length = from + count;
    (lengths.contains(&count) && ends(letters, length)).then_some(from..length)
}

/// Four times four digits with hyphens between them.
fn fours(letters: &[char]) -> Option<Range<usize>> {
    const LENGTH: usize = 19;
    let number = letters.get(..LENGTH)?;
    let fits = number.iter().enumerate().all(|(place, letter)| {
        if place % 5 == 4 {
            *letter == '-'
        } else {
            letter.is_ascii_digit()
        }
    });
    (fits && ends(letters, LENGTH)).then_some(0..LENGTH)
}

/// `AA00` and six more letters, digits or underscores.
fn double(letters: &[char]) -> Option<Range<usize>> {
    const LENGTH: usize = 10;
    let number = letters.get(..LENGTH)?;
    let begins = number
        .iter()
        .zip("AA00".chars())
        .all(|(letter, expected)| letter.to_ascii_uppercase() == expected);
    let goes_on = number[4..]
        .iter()
        .all(|letter| letter.is_alphanumeric() || *letter == '_');
    (begins && goes_on && ends(letters, LENGTH)).then_some(2..LENGTH)
}

/// The two lines at the foot of a passport's page, from `P<` and the country on.
fn passport(letters: &[char]) -> Option<Range<usize>> {
    let [first, '<', country @ ..] = letters else {
        return None;
    };
    let country = country.get(..3)?;
    if !first.eq_ignore_ascii_case(&'P') || !country.iter().all(char::is_ascii_alphabetic) {
        return None;
    }
    let is_zone = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '<';
    let run = |from: usize| {
        letters[from..]
            .iter()
            .take_while(|letter| is_zone(letter))
            .count()
    };
    let mut end = run(0);
    // The second line, which holds the number, is the next long word.
    let gap = letters[end..]
        .iter()
        .take_while(|letter| letter.is_whitespace())
        .count();
    let second = run(end + gap);
    if gap > 0 && second >= 20 {
        end += gap + second;
    }
    Some(2..end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NUMBERS: [(&str, &str); 16] = [
        ("IOE0912345678", "IOE••••••••••"),
        ("ioe0912345678", "ioe••••••••••"),
        ("EAC-1990012345", "EAC-••••••••••"),
        ("MSC 1990012345", "MSC ••••••••••"),
        ("A12345678", "A••••••••"),
        ("a123456789", "a•••••••••"),
        ("N0012345678", "N00••••••••"),
        ("n0012345678", "n00••••••••"),
        ("GWF012345678", "GWF•••••••••"),
        ("1234-5678-9012-3456", "••••-••••-••••-••••"),
        ("AA00B1C2D3", "AA••••••••"),
        ("AA00_12345", "AA••_•••••"),
        ("aa00b1c2d3", "aa••••••••"),
        ("P<UTOERIKSSON<<ANNA", "P<•••••••••••<<••••"),
        ("p<uto", "p<•••"),
        (
            "P<UTOERIKSSON<<ANNA<MARIA\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
            "P<•••••••••••<<••••<•••••\n•••••••••••••••••••••••••••••••••••••<<<<<••",
        ),
    ];

    #[test]
    fn each_kind_of_number_is_caught_wherever_it_stands() {
        for (number, masked) in NUMBERS {
            for (before, after) in [
                ("", ""),
                ("mine is ", ", since March"),
                ("(", ")"),
                ("nº:", "\n"),
                ("我的号码", "です"),
                ("번호", "입니다"),
            ] {
                let text = format!("{before}{number}{after}");
                assert!(has_case_number(&text), "{text}");
                assert_eq!(mask_case_numbers(&text), format!("{before}{masked}{after}"));
            }
        }
    }

    #[test]
    fn a_receipt_number_before_a_comma_and_a_digit_is_no_price() {
        assert_eq!(
            mask_case_numbers("EAC 1990012345,2 weeks ago"),
            "EAC ••••••••••,2 weeks ago"
        );
    }

    #[test]
    fn what_people_write_all_the_time_is_left_alone() {
        for text in [
            "",
            "My NOA1 came on 2026-03-01, after 12 days.",
            "I-129F, I-485, DS-160, 221(g), I-797C",
            "call 0123456789 or tel 0123456789",
            "USD 1234567890123",
            "A1234567 has seven digits, and A1234567890 ten",
            "META12345678 and XIOE0912345678",
            "1234-5678-9012-34567",
            "12345-5678-9012-3456",
            "AA00 and AA0012345678",
            "P < UTO",
            "a2026",
            "GWF12345678 is too short",
            "+63 917 123 4567, (02) 8123-4567, 00442079460958",
            "PHP 1,234,567.89 or $2340 or EUR 1200000000.50",
            "order 112-3456789-1234567, tracking 1Z999AA10123456784",
            "https://example.org/a/1234567890123456?id=9876543210",
            "on 2026-03-01 at 10:15, or 01.03.2026",
            "seq 20260301101500",
        ] {
            assert!(!has_case_number(text), "{text}");
            assert_eq!(mask_case_numbers(text), text);
        }
    }

    #[test]
    fn a_text_with_a_number_is_sent_masked_or_knowingly_or_not_at_all() {
        let text = || "mine is A12345678".to_owned();
        assert_eq!(Care::Refuse.take(text()), Err(ErrorCode::CaseNumber));
        assert_eq!(Care::Mask.take(text()).unwrap(), "mine is A••••••••");
        assert_eq!(Care::Knowing.take(text()).unwrap(), text());
        assert_eq!(Care::Refuse.take("hi".to_owned()).unwrap(), "hi");
        assert_eq!(Care::of(true, true), Care::Mask);
    }

    #[test]
    fn a_number_is_told_by_its_ending() {
        let ending = |text| case_number_ending(text).unwrap();
        assert_eq!(ending("is IOE0912345678, then A87654321"), "5678");
        assert_eq!(ending("1234-5678-9012-3456"), "3456");
        assert_eq!(ending("p<uto"), "uto");
        assert_eq!(case_number_ending("call 0123456789"), None);
    }

    #[test]
    fn all_of_several_are_masked() {
        let masked = mask_case_numbers("IOE0912345678 and A12345678, not A1");
        assert_eq!(masked, "IOE•••••••••• and A••••••••, not A1");
    }

    proptest! {
        #[test]
        fn nothing_is_left_to_catch_once_it_is_masked(
            text in r"([A-Za-z0-9 <\-]|IOE0912345678|A12345678|P<UTO|AA00b1c2d3|GWF012345678){0,40}"
        ) {
            let masked = mask_case_numbers(&text);
            prop_assert!(!has_case_number(&masked), "{}", masked);
            prop_assert_eq!(masked.chars().count(), text.chars().count());
        }
    }
}
