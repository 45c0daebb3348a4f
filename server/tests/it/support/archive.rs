//! What somebody gets when they ask for everything of theirs.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use serde_json::Value;
use zip::ZipArchive;

use super::Person;

pub(crate) const EXPORT: &str = "/exports/mine.zip";

/// The files of an export.
pub(crate) struct Archive(BTreeMap<String, String>);

impl Archive {
    pub(crate) async fn of(person: &Person) -> Self {
        let answer = person.get(EXPORT).await;
        assert_eq!(answer.status(), 200);
        Self::read(&answer.bytes().await.unwrap())
    }

    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let files = (0..zip.len()).map(|at| {
            let mut file = zip.by_index(at).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            (file.name().unwrap().into_owned(), text)
        });
        Self(files.collect())
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    /// All of its text.
    pub(crate) fn text(&self) -> String {
        self.0.values().cloned().collect()
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        let text = self.0.get(name).unwrap_or_else(|| panic!("{name}"));
        serde_json::from_str(text).unwrap()
    }

    /// The entries of a list.
    pub(crate) fn list(&self, name: &str) -> Vec<Value> {
        self.json(name).as_array().unwrap().clone()
    }

    /// What was said in a room: its entries of people's words.
    pub(crate) fn said(&self, room: &str) -> Vec<Value> {
        let mut said = self.list(&format!("messages/{room}.json"));
        said.retain(|entry| entry["kind"] == "text");
        said
    }
}
