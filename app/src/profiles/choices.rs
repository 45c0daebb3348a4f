//! Languages and countries to choose from. Their names are data of the server, in English alone: a browser
//! gets those that it shows.

use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::error::ErrorCode;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub code: String,
    pub name: String,
}

/// All of them, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    pub languages: Vec<Choice>,
    pub countries: Vec<Choice>,
}

/// ISO 3166-1, a code and a name on each line.
#[cfg(feature = "ssr")]
const COUNTRIES: &str = include_str!("countries.tsv");

/// BCP 47.
#[cfg(feature = "ssr")]
const LANGUAGES: &str = include_str!("languages.tsv");

#[cfg(feature = "ssr")]
fn entries(list: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    list.lines().filter_map(|line| line.split_once('\t'))
}

#[cfg(feature = "ssr")]
fn choice((code, name): (&str, &str)) -> Choice {
    Choice {
        code: code.to_owned(),
        name: name.to_owned(),
    }
}

#[cfg(feature = "ssr")]
fn named(list: &'static str, code: &str) -> Option<Choice> {
    entries(list).find(|(own, _)| *own == code).map(choice)
}

/// A country by its code.
#[cfg(feature = "ssr")]
pub fn country_name(code: &str) -> Option<Choice> {
    named(COUNTRIES, code)
}

/// A language by its code.
#[cfg(feature = "ssr")]
pub fn language_name(code: &str) -> Option<Choice> {
    named(LANGUAGES, code)
}

#[cfg(feature = "ssr")]
impl Choices {
    pub fn all() -> Self {
        Self {
            languages: entries(LANGUAGES).map(choice).collect(),
            countries: entries(COUNTRIES).map(choice).collect(),
        }
    }
}

/// Where somebody lives: the code of a country, or nothing.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country(String);

#[cfg(feature = "ssr")]
impl Country {
    pub fn parse(code: &str) -> Result<Self, ErrorCode> {
        if code.is_empty() || country_name(code).is_some() {
            Ok(Self(code.to_owned()))
        } else {
            Err(ErrorCode::CountryInvalid)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What somebody speaks: the codes of at most ten languages, each once.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Languages(Vec<String>);

#[cfg(feature = "ssr")]
impl Languages {
    pub const MOST: usize = 10;

    pub fn parse(codes: Vec<String>) -> Result<Self, ErrorCode> {
        let mut known: Vec<String> = Vec::new();
        for code in codes {
            if language_name(&code).is_none() {
                return Err(ErrorCode::LanguagesInvalid);
            }
            if !known.contains(&code) {
                known.push(code);
            }
        }
        if known.len() > Self::MOST {
            return Err(ErrorCode::LanguagesInvalid);
        }
        Ok(Self(known))
    }

    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_choice_has_a_code_of_its_own_and_a_name() {
        let Choices {
            languages,
            countries,
        } = Choices::all();
        assert_eq!(countries.len(), 249);
        for choices in [&languages, &countries] {
            let codes: BTreeSet<_> = choices.iter().map(|choice| &choice.code).collect();
            assert_eq!(codes.len(), choices.len());
            assert!(choices.iter().all(|choice| !choice.name.trim().is_empty()));
        }
        for line in COUNTRIES.lines().chain(LANGUAGES.lines()) {
            assert!(line.contains('\t'), "{line}");
        }
    }

    #[test]
    fn what_is_not_on_the_lists_is_not_chosen() {
        assert_eq!(Country::parse("PT").unwrap().as_str(), "PT");
        assert_eq!(Country::parse("").unwrap().as_str(), "");
        for bad in ["pt", "XX", "PT ", "<b>"] {
            assert_eq!(Country::parse(bad), Err(ErrorCode::CountryInvalid), "{bad}");
        }
        let parse = |codes: &[&str]| {
            Languages::parse(codes.iter().map(|code| (*code).to_owned()).collect())
        };
        assert_eq!(parse(&["pt", "de", "pt"]).unwrap().as_slice(), ["pt", "de"]);
        assert_eq!(parse(&["tlh"]), Err(ErrorCode::LanguagesInvalid));
        let many = [
            "ar", "de", "en", "es", "fa", "fr", "hi", "it", "ja", "ko", "pt",
        ];
        assert_eq!(parse(&many), Err(ErrorCode::LanguagesInvalid));
    }
}
