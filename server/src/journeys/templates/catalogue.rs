//! All templates and offices that this program knows.

use std::collections::BTreeMap;

use super::{
    error::{InvalidTemplate, Rule},
    file,
    office::Office,
    rules::{self, Broken},
    template::Template,
};

/// Files by name, as `build.rs` has found them.
const TEMPLATES: Files<'_> = include!(concat!(env!("OUT_DIR"), "/templates.rs"));
const OFFICES: Files<'_> = include!(concat!(env!("OUT_DIR"), "/offices.rs"));

type Files<'a> = &'a [(&'a str, &'a str)];

#[derive(Clone, Debug)]
pub struct Catalogue {
    templates: BTreeMap<String, Template>,
    /// By the name of their list.
    offices: BTreeMap<String, Vec<Office>>,
}

impl Catalogue {
    /// What this program was built with. A test loads it, so that it fails in no release.
    pub fn bundled() -> Result<Self, InvalidTemplate> {
        Self::load(TEMPLATES, OFFICES)
    }

    /// Reads and checks files: pairs of a name and a text.
    pub fn load(templates: Files<'_>, offices: Files<'_>) -> Result<Self, InvalidTemplate> {
        let offices = read("offices", offices, |_, text| {
            let offices = file::offices(text).map_err(|rule| (None, rule))?;
            rules::check_offices(&offices)?;
            Ok(offices)
        })?;
        let everywhere = offices.values().flatten();
        rules::check_keys(everywhere.map(|office| office.key.as_str()))
            .map_err(|broken| in_file("offices", broken))?;
        let templates = read("templates", templates, |slug, text| {
            let template = file::template(slug, text).map_err(|rule| (None, rule))?;
            rules::check_template(&template, |list| offices.contains_key(list))?;
            Ok(template)
        })?;
        Ok(Self { templates, offices })
    }

    /// In the order of their slugs.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.templates.values()
    }

    pub fn template(&self, slug: &str) -> Option<&Template> {
        self.templates.get(slug)
    }

    /// Each once, in the order of the lists' names.
    pub fn offices(&self) -> impl Iterator<Item = &Office> {
        self.offices.values().flatten()
    }

    /// Where a case of this template may lie, in the order of its lists.
    pub fn offices_of<'a>(&'a self, template: &'a Template) -> impl Iterator<Item = &'a Office> {
        template
            .offices
            .iter()
            .filter_map(|list| self.offices.get(list))
            .flatten()
    }
}

fn read<T>(
    folder: &str,
    files: Files<'_>,
    parse: impl Fn(&str, &str) -> Result<T, Broken>,
) -> Result<BTreeMap<String, T>, InvalidTemplate> {
    files
        .iter()
        .map(|(name, text)| {
            let stem = stem(name).ok_or((None, Rule::FileName));
            stem.and_then(|stem| Ok((stem.to_owned(), parse(stem, text)?)))
                .map_err(|broken| in_file(&format!("{folder}/{name}"), broken))
        })
        .collect()
}

fn stem(name: &str) -> Option<&str> {
    let is_part =
        |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
    name.strip_suffix(".toml")
        .filter(|stem| !stem.is_empty() && stem.bytes().all(is_part))
}

fn in_file(file: &str, (key, rule): Broken) -> InvalidTemplate {
    InvalidTemplate {
        file: file.to_owned(),
        key,
        rule,
    }
}
