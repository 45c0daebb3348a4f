//! Turns `locales/en.json` into the typed `i18n` module that every view reads its words from.

use std::{env, error::Error, path::PathBuf};

use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    // Texts with numbers and names in them also stand in attributes.
    let options = ParseOptions::new().interpolate_display(true);
    let words = TranslationsInfos::parse(Config::new("en")?.parse_options(options))?;
    words.emit_diagnostics();
    words.rerun_if_locales_changed();
    words.generate_i18n_module(PathBuf::from(env::var("OUT_DIR")?).join("i18n"))?;
    Ok(())
}
