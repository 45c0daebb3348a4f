//! The files that are there, and a refusal for every rule.

use app::journeys::{OfficeKind, Outcome};

use super::*;

const TEMPLATE: &str = r#"
version = 1
country = "US"
authority = "USCIS"
name = "K-1"
category = "family"
source_url = "https://example.gov/k1"
verified_on = 2026-03-01
offices = ["posts"]

[[stage]]
key = "filed"
name = "Filed"
aliases = ["sent"]
actor = "applicant"
kind = "submit"

[[stage]]
key = "issued"
name = "Visa issued"
actor = "government"
kind = "document"
outcome = "approved"

[[transition]]
from = "filed"
to = "issued"
clock = "government"
"#;

const OFFICES: &str = r#"
country = "US"
authority = "Department of State"
kind = "consulate"

[[office]]
key = "us-manila"
name = "Manila"
aliases = ["MNL"]
"#;

fn load(template: &str, offices: &str) -> Result<Catalogue, InvalidTemplate> {
    Catalogue::load(&[("us-k1.toml", template)], &[("posts.toml", offices)])
}

/// What is said of the template once `this` is written as `that`.
fn refusal(this: &str, that: &str) -> InvalidTemplate {
    assert!(TEMPLATE.contains(this));
    load(&TEMPLATE.replacen(this, that, 1), OFFICES).unwrap_err()
}

/// Expects a refusal of the template as a whole.
fn assert_refused(this: &str, that: &str, rule: Rule) {
    let error = refusal(this, that);
    assert_eq!((error.key, error.rule), (None, rule));
}

/// Expects a refusal of one of its stages.
fn assert_stage_refused(stage: &str, this: &str, that: &str, rule: Rule) {
    let error = refusal(this, that);
    assert_eq!((error.key.as_deref(), error.rule), (Some(stage), rule));
}

fn assert_offices_refused(this: &str, that: &str, rule: Rule) {
    assert!(OFFICES.contains(this));
    let error = load(TEMPLATE, &OFFICES.replacen(this, that, 1)).unwrap_err();
    assert_eq!(error.rule, rule);
}

#[test]
fn all_files_load() {
    let catalogue = Catalogue::bundled().unwrap_or_else(|error| panic!("{error}"));
    let slugs: Vec<_> = catalogue.templates().map(|it| it.slug.as_str()).collect();
    for promised in [
        "ae-golden",
        "au-skilled",
        "au-skills-482",
        "au-student-500",
        "ca-express-entry",
        "ca-study-permit",
        "de-blue-card",
        "eu-schengen-c",
        "jp-engineer",
        "nz-aewv",
        "uk-skilled-worker",
        "uk-spouse",
        "us-f1",
        "us-h1b",
        "us-i130",
        "us-i485",
        "us-k1",
        "us-n400",
    ] {
        assert!(slugs.contains(&promised), "{promised}");
    }
    for template in catalogue.templates() {
        assert!(
            catalogue.offices_of(template).next().is_some(),
            "{}",
            template.slug
        );
    }
}

#[test]
fn every_stage_of_every_file_is_reached_by_a_transition() {
    for template in Catalogue::bundled().unwrap().templates() {
        for stage in &template.stages[1..] {
            let is_reached = template.transitions.iter().any(|step| step.to == stage.key);
            assert!(is_reached, "{}: {}", template.slug, stage.key);
        }
    }
}

#[test]
fn a_template_is_read_as_it_is_written() {
    let catalogue = load(TEMPLATE, OFFICES).unwrap();
    let template = catalogue.template("us-k1").unwrap();
    assert_eq!(template.stages[1].outcome, Some(Outcome::Approved));
    assert!(matches!(template.verification, Verification::On(day) if day.ordinal() == 60));
    let offices: Vec<_> = catalogue.offices_of(template).collect();
    assert_eq!((offices.len(), offices[0].kind), (1, OfficeKind::Consulate));
}

#[test]
fn an_error_names_the_file_the_stage_and_the_rule() {
    let error = refusal("key = \"issued\"", "key = \"filed\"").to_string();
    assert_eq!(
        error,
        "server/journeys/templates/us-k1.toml, `filed`: the key is used twice"
    );
}

#[test]
fn unknown_fields_and_values_are_refused() {
    for (this, that) in [
        ("version = 1", "versoin = 1"),
        ("kind = \"submit\"", "kind = \"sent\""),
        ("clock = \"government\"", "clock = \"mine\""),
        ("key = \"filed\"", "key = \"filed\"\ncolour = 1"),
    ] {
        assert!(
            matches!(refusal(this, that).rule, Rule::Unreadable(_)),
            "{that}"
        );
    }
}

#[test]
fn a_file_has_a_plain_name() {
    for name in ["K1.toml", "k1.txt", ".toml", "k 1.toml"] {
        let error = Catalogue::load(&[(name, TEMPLATE)], &[("posts.toml", OFFICES)]).unwrap_err();
        assert_eq!(error.rule, Rule::FileName, "{name}");
    }
}

#[test]
fn a_template_says_what_it_is() {
    assert_refused("\"USCIS\"", "\" \"", Rule::Blank("authority"));
    assert_refused("\"K-1\"", "\"\"", Rule::Blank("name"));
    assert_refused("version = 1", "version = 0", Rule::Version);
    for country in ["us", "USA"] {
        assert_refused("\"US\"", &format!("{country:?}"), Rule::Country);
    }
}

#[test]
fn a_template_names_its_source() {
    for source in ["", "k1", "http://example.gov/k1"] {
        assert_refused(
            "\"https://example.gov/k1\"",
            &format!("{source:?}"),
            Rule::Source,
        );
    }
}

#[test]
fn a_template_says_when_it_was_verified_or_why_not() {
    assert_refused("verified_on = 2026-03-01", "", Rule::Verification);
    assert_refused("verified_on", "unverified = \"\"\n#", Rule::Verification);
    assert_refused(
        "verified_on",
        "unverified = \"from memory\"\nverified_on",
        Rule::Verification,
    );
    assert_refused("2026-03-01", "2026-03-01T10:00:00", Rule::NotADay);
    let unverified = TEMPLATE.replace("verified_on", "unverified = \"from memory\" #");
    let catalogue = load(&unverified, OFFICES).unwrap();
    assert_eq!(
        catalogue.template("us-k1").unwrap().verification,
        Verification::Outstanding("from memory".to_owned())
    );
}

#[test]
fn stages_have_keys_and_names_of_their_own() {
    for key in ["Filed", "1st", "", "a-b"] {
        assert_stage_refused(key, "key = \"filed\"", &format!("key = {key:?}"), Rule::Key);
    }
    assert_stage_refused("filed", "\"Filed\"", "\"\"", Rule::Blank("name"));
    assert_stage_refused("filed", "[\"sent\"]", "[\"\"]", Rule::Blank("aliases"));
    assert_stage_refused("filed", "\"issued\"", "\"filed\"", Rule::KeyTwice);
    let twice = Rule::NameTwice("Sent".to_owned());
    assert_stage_refused("issued", "\"Visa issued\"", "\"Sent\"", twice);
}

#[test]
fn a_template_has_a_beginning_and_more() {
    let lone = &TEMPLATE[..TEMPLATE.rfind("[[stage]]").unwrap()];
    assert_eq!(load(lone, OFFICES).unwrap_err().rule, Rule::TooFewStages);
    assert_stage_refused(
        "filed",
        "kind = \"submit\"",
        "kind = \"submit\"\noptional = true",
        Rule::OptionalBeginning,
    );
}

#[test]
fn only_the_government_ends_a_journey() {
    let actor = "actor = \"government\"";
    assert_stage_refused("issued", actor, "actor = \"school\"", Rule::OutcomeByOthers);
}

#[test]
fn transitions_lead_from_one_stage_to_a_later_one() {
    let unknown = Rule::UnknownStage("entry".to_owned());
    assert_stage_refused(
        "filed",
        "to = \"issued\"",
        "to = \"entry\"",
        unknown.clone(),
    );
    assert_stage_refused("entry", "from = \"filed\"", "from = \"entry\"", unknown);
    let back = Rule::Backwards("issued".to_owned());
    assert_stage_refused("issued", "from = \"filed\"", "from = \"issued\"", back);
    let step = &TEMPLATE[TEMPLATE.find("[[transition]]").unwrap()..];
    let twice = Rule::TransitionTwice("issued".to_owned());
    assert_stage_refused("filed", step, &format!("{step}{step}"), twice);
}

#[test]
fn a_template_has_something_to_wait_for() {
    let clock = "clock = \"government\"";
    assert_refused(clock, "clock = \"applicant\"", Rule::NothingToWaitFor);
}

#[test]
fn a_template_names_lists_of_offices_that_there_are() {
    let unknown = Rule::UnknownOffices("moon".to_owned());
    assert_refused("[\"posts\"]", "[\"moon\"]", unknown);
}

#[test]
fn offices_have_keys_and_names_of_their_own() {
    assert_offices_refused("us-manila", "Manila", Rule::Key);
    assert_offices_refused("\"Manila\"", "\"\"", Rule::Blank("name"));
    assert_offices_refused("\"Department of State\"", "\"\"", Rule::Blank("authority"));
    assert_offices_refused("\"US\"", "\"U\"", Rule::Country);
    assert_offices_refused(
        "\"MNL\"",
        "\"manila\"",
        Rule::NameTwice("Manila".to_owned()),
    );
    let office = &OFFICES[OFFICES.find("[[office]]").unwrap()..];
    assert_offices_refused(office, "", Rule::NoOffice);
    assert_offices_refused(office, &format!("{office}{office}"), Rule::KeyTwice);
}

#[test]
fn an_office_is_in_one_list() {
    let lists = [("posts.toml", OFFICES), ("more.toml", OFFICES)];
    let error = Catalogue::load(&[("us-k1.toml", TEMPLATE)], &lists).unwrap_err();
    assert_eq!(error.rule, Rule::KeyTwice);
}
