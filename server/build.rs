//! Puts the journey templates and offices into the program, so that adding one needs no code: a list of
//! (file name, text) for each folder, which `journeys::templates` reads.

use std::{
    env,
    error::Error,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let source = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("journeys");
    let target = PathBuf::from(env::var("OUT_DIR")?);
    for folder in ["templates", "offices"] {
        let list = listed(&source.join(folder))?;
        fs::write(target.join(format!("{folder}.rs")), list)?;
    }
    Ok(())
}

/// A Rust expression: the folder's TOML files by name.
fn listed(folder: &Path) -> Result<String, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    files.sort();
    let mut list = String::from("&[\n");
    for path in &files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let path = path
            .to_str()
            .ok_or("the path to the templates is not UTF-8")?;
        writeln!(list, "    ({name:?}, include_str!({path:?})),")?;
    }
    list.push(']');
    Ok(list)
}
