//! Which waits there are in journeys, and in which cells they are.

use super::*;
use crate::journeys::survival::Spell;

const HERE: &str = "uscis-california-service-center";

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn journey(happened: &[(&str, &str)]) -> Journey {
    let happened = happened.iter();
    Journey {
        template: "us-k1".into(),
        owner: Uuid::from_u128(1),
        joined: day("2025-01-01"),
        confirmed: day("2025-12-01"),
        ended: None,
        happened: happened
            .map(|(stage, on)| ((*stage).into(), day(on)))
            .collect(),
        stays: vec![
            // Put right at once: of two for one stage the later said holds.
            ("filed".into(), "us-post-manila".into()),
            ("filed".into(), HERE.into()),
            ("noa2".into(), "us-nvc".into()),
        ],
    }
}

fn cells(journeys: &[Journey]) -> Cells {
    of(&Catalogue::bundled().unwrap(), journeys, day("2026-01-15"))
}

/// The wait of a journey between two stages, of all offices.
fn wait(journey: &Journey, from: &str, to: &str) -> Option<Spell> {
    let cells = cells(std::slice::from_ref(journey));
    let family = Family {
        template: journey.template.to_string(),
        from: from.into(),
        to: to.into(),
    };
    let cases = cells[&family].get(&Vec::new())?;
    assert_eq!(cases.len(), 1);
    Some(cases[0].spell)
}

#[test]
fn a_wait_lasts_until_it_has_come_or_until_its_owner_last_said_that_it_goes_on() {
    let case = journey(&[("filed", "2025-02-01"), ("noa1", "2025-02-11")]);
    assert_eq!(
        wait(&case, "filed", "noa1"),
        Some(Spell::new(10.0, Some(COME)))
    );
    let goes_on = wait(&case, "noa1", "noa2");
    assert_eq!(goes_on, Some(Spell::new(293.0, None)));
    assert_eq!(wait(&case, "noa2", "nvc_case"), None);
}

#[test]
fn a_request_for_evidence_stops_the_clock_and_to_go_on_without_one_is_an_end_of_its_own() {
    let asked = journey(&[
        ("noa1", "2025-02-01"),
        ("rfe", "2025-03-03"),
        ("rfe_reply", "2025-04-01"),
        ("noa2", "2025-04-11"),
    ]);
    assert_eq!(wait(&asked, "noa1", "noa2"), Some(Spell::new(30.0, None)));
    assert_eq!(
        wait(&asked, "noa1", "rfe"),
        Some(Spell::new(30.0, Some(COME)))
    );
    assert_eq!(
        wait(&asked, "rfe_reply", "noa2"),
        Some(Spell::new(10.0, Some(COME)))
    );
    let again = journey(&[
        ("rfe", "2025-03-03"),
        ("rfe_reply", "2025-04-01"),
        ("rfe", "2025-05-01"),
        ("rfe_reply", "2025-08-01"),
        ("noa2", "2025-08-15"),
    ]);
    assert_eq!(
        wait(&again, "rfe_reply", "noa2"),
        Some(Spell::new(30.0, None))
    );
    let plain = journey(&[("noa1", "2025-02-01"), ("noa2", "2025-02-21")]);
    assert_eq!(
        wait(&plain, "noa1", "rfe"),
        Some(Spell::new(20.0, Some(PASSED)))
    );
}

#[test]
fn what_the_office_does_on_the_way_ends_no_longer_wait() {
    let mut case = journey(&[
        ("receipt", "2025-02-01"),
        ("biometrics", "2025-03-08"),
        ("decision", "2025-09-06"),
    ]);
    case.template = "us-i485".into();
    let come = |days| Some(Spell::new(days, Some(COME)));
    assert_eq!(wait(&case, "receipt", "biometrics"), come(35.0));
    assert_eq!(wait(&case, "receipt", "decision"), come(217.0));
    // What need not come has been passed.
    let passed = Some(Spell::new(217.0, Some(PASSED)));
    assert_eq!(wait(&case, "receipt", "interview_set"), passed);
    let passed = Some(Spell::new(182.0, Some(PASSED)));
    assert_eq!(wait(&case, "biometrics", "rfe"), passed);

    case.happened.truncate(2);
    assert_eq!(
        wait(&case, "receipt", "decision"),
        Some(Spell::new(303.0, None))
    );
    case.happened.push(("rfe".into(), day("2025-05-02")));
    assert_eq!(
        wait(&case, "receipt", "decision"),
        Some(Spell::new(90.0, None))
    );
}

#[test]
fn who_records_every_stage_that_must_come_is_counted_for_every_step_between_two_of_them() {
    let catalogue = Catalogue::bundled().unwrap();
    for template in catalogue.templates() {
        let must_come = template.stages.iter().filter(|stage| !stage.optional);
        let first = day("2023-01-02").days();
        let days = must_come.clone().zip(0..);
        let mut case = journey(&[]);
        case.template = template.slug.as_str().into();
        case.joined = day("2023-01-01");
        case.happened = days
            .map(|(stage, number)| {
                let on = Date::from_days(first + 20 * number).unwrap();
                (stage.key.as_str().into(), on)
            })
            .collect();
        let comes = |key: &str| must_come.clone().any(|stage| stage.key == key);
        let steps = template.transitions.iter();
        for step in steps.filter(|step| step.clock == Clock::Government) {
            if comes(&step.from) && comes(&step.to) {
                let spell = wait(&case, &step.from, &step.to);
                let cause = spell.and_then(|spell| spell.cause);
                assert_eq!(cause, Some(COME), "{} {step:?}", template.slug);
            }
        }
    }
}

#[test]
fn an_answer_to_a_question_of_which_nobody_said_when_it_came_tells_nothing() {
    let case = journey(&[("noa1", "2025-02-01"), ("rfe_reply", "2025-04-01")]);
    assert_eq!(wait(&case, "noa1", "noa2"), None);
    assert_eq!(wait(&case, "noa1", "rfe"), None);
}

#[test]
fn a_day_that_is_known_to_the_week_may_seem_to_lie_before_what_it_follows() {
    let case = journey(&[("filed", "2025-03-12"), ("noa1", "2025-03-10")]);
    assert_eq!(
        wait(&case, "filed", "noa1"),
        Some(Spell::new(0.0, Some(COME)))
    );
}

#[test]
fn a_refusal_competes_and_is_no_censoring() {
    let mut case = journey(&[("noa1", "2025-02-01")]);
    case.ended = Some((Some(REFUSED), day("2025-02-21")));
    assert_eq!(
        wait(&case, "noa1", "noa2"),
        Some(Spell::new(20.0, Some(REFUSED)))
    );
    case.ended = Some((Some(REFUSED), day("2025-01-21")));
    assert_eq!(wait(&case, "noa1", "noa2"), None);
}

#[test]
fn who_joins_in_the_middle_is_at_risk_from_that_day_and_who_joins_after_it_tells_nothing() {
    let mut case = journey(&[("noa1", "2025-02-01"), ("noa2", "2025-02-21")]);
    case.joined = day("2025-02-06");
    let spell = wait(&case, "noa1", "noa2").unwrap();
    assert!((spell.entry - 5.0).abs() < 1e-9 && (spell.time - 20.0).abs() < 1e-9);
    case.joined = day("2025-02-21");
    assert_eq!(wait(&case, "noa1", "noa2"), None);
}

#[test]
fn what_cannot_be_is_not_counted() {
    for happened in [
        // It has come before it began, or is yet to come.
        &[
            ("noa1", "2025-05-01"),
            ("noa2", "2025-04-01"),
            ("nvc_case", "2025-06-01"),
        ][..],
        &[("noa1", "2025-05-01"), ("noa2", "2027-04-01")],
        &[("noa1", "1925-05-01"), ("noa2", "2025-04-01")],
        // Nobody knows when it came.
        &[("noa1", "2025-05-01"), ("interview", "2025-09-01")],
    ] {
        assert_eq!(
            wait(&journey(happened), "noa1", "noa2"),
            None,
            "{happened:?}"
        );
    }
    let many = vec![journey(&[("filed", "2025-02-01"), ("noa1", "2025-02-11")]); 4];
    assert!(cells(&many).values().all(BTreeMap::is_empty));
}

#[test]
fn a_wait_counts_for_the_office_with_which_the_case_then_lay_and_the_quarter_in_which_it_began() {
    let case = journey(&[
        ("noa1", "2025-02-01"),
        ("noa2", "2025-05-01"),
        ("nvc_case", "2025-05-11"),
    ]);
    let cells = cells(&[case]);
    let paths = |from: &str, to: &str| -> Vec<String> {
        let family = Family {
            template: "us-k1".into(),
            from: from.into(),
            to: to.into(),
        };
        cells[&family].keys().map(|path| path.join("/")).collect()
    };
    let there = "us-nvc";
    assert_eq!(
        paths("noa1", "noa2"),
        [
            "",
            HERE,
            &format!("{HERE}/2025-Q1"),
            &format!("{HERE}/2025-Q1/2025-02")
        ]
    );
    assert_eq!(
        paths("noa2", "nvc_case"),
        [
            "",
            there,
            &format!("{there}/2025-Q2"),
            &format!("{there}/2025-Q2/2025-05")
        ]
    );
}

#[test]
fn an_office_that_was_put_right_counts_no_more() {
    let mut case = journey(&[("noa1", "2025-02-01"), ("noa2", "2025-05-01")]);
    case.stays = vec![
        ("filed".into(), HERE.into()),
        ("filed".into(), "us-post-manila".into()),
    ];
    let family = Family {
        template: "us-k1".into(),
        from: "noa1".into(),
        to: "noa2".into(),
    };
    let cells = cells(&[case]);
    assert_eq!(cells[&family].keys().collect::<Vec<_>>(), [&Path::new()]);
}

#[test]
fn a_wait_counts_for_no_office_whose_work_it_is_not() {
    let office = |template: &str, stay: &str, from: &str, to: &str| {
        let catalogue = Catalogue::bundled().unwrap();
        let template = catalogue.template(template).unwrap();
        let first = template.stages[0].key.clone();
        let mut case = journey(&[]);
        case.stays = vec![(first.into(), stay.into())];
        let places = Places::of(&catalogue, template);
        places.office(template, &case, from, to).is_some()
    };
    // The post has nothing to do with a petition, nor the service centre with an interview.
    assert!(!office("us-k1", "us-post-manila", "noa1", "noa2"));
    assert!(office("us-k1", "us-post-manila", "interview", "issued"));
    assert!(office("us-k1", HERE, "noa1", "noa2"));
    assert!(!office("us-k1", HERE, "post_received", "interview"));
    // Visa offices of the authority itself decide.
    let visa_offices = Catalogue::bundled().unwrap();
    let visa_office = visa_offices
        .offices_of(visa_offices.template("ca-study-permit").unwrap())
        .find(|office| office.kind == app::journeys::OfficeKind::Consulate)
        .unwrap()
        .key
        .clone();
    assert!(office(
        "ca-study-permit",
        &visa_office,
        "background",
        "decision"
    ));
    assert!(!office(
        "ca-study-permit",
        "us-nvc",
        "background",
        "decision"
    ));
}

#[test]
fn what_began_long_ago_counts_for_all_offices_only_and_then_no_more() {
    for (began, count) in [
        ("2025-01-01", 4),
        ("2024-12-31", 1),
        ("2023-01-01", 1),
        ("2022-12-31", 0),
    ] {
        let paths = paths_of(Some("here"), day(began), day("2026-01-15"));
        assert_eq!(paths.len(), count, "{began}");
    }
}

#[test]
fn a_journey_waits_for_what_must_come_next_and_not_while_it_owes_an_answer() {
    let catalogue = Catalogue::bundled().unwrap();
    let template = catalogue.template("us-k1").unwrap();
    let steps = |case: &Journey| -> Vec<String> {
        let waiting = waiting(&catalogue, template, case, day("2026-01-15"));
        let steps = waiting.iter();
        steps
            .map(|step| format!("{}-{} {}", step.from, step.to, step.since))
            .collect()
    };
    let mut case = journey(&[("filed", "2025-02-01"), ("noa1", "2025-02-11")]);
    assert_eq!(
        steps(&case),
        ["noa1-noa2 2025-02-11", "noa1-rfe 2025-02-11"]
    );
    let there = waiting(&catalogue, template, &case, day("2026-01-15"));
    assert_eq!(there[0].office, Some(HERE));
    let asked = [("noa1", "2025-02-11"), ("rfe", "2025-03-11")];
    assert!(steps(&journey(&asked)).is_empty());
    let answered = [asked[0], asked[1], ("rfe_reply", "2025-04-01")];
    assert_eq!(steps(&journey(&answered)), ["rfe_reply-noa2 2025-04-01"]);
    let asked_again = [&answered[..], &[("rfe", "2025-05-01")]].concat();
    assert!(steps(&journey(&asked_again)).is_empty());
    let answered_again = [&asked_again[..], &[("rfe_reply", "2025-08-01")]].concat();
    assert_eq!(
        steps(&journey(&answered_again)),
        ["rfe_reply-noa2 2025-08-01"]
    );
    case.ended = Some((None, day("2025-05-01")));
    assert!(steps(&case).is_empty());
}

#[test]
fn whoever_is_asked_twice_waits_for_the_decision_since_the_first_question() {
    let catalogue = Catalogue::bundled().unwrap();
    let template = catalogue.template("nz-aewv").unwrap();
    let mut case = journey(&[("information", "2025-02-01"), ("information", "2025-07-01")]);
    case.template = "nz-aewv".into();
    let waiting = waiting(&catalogue, template, &case, day("2026-01-15"));
    let step = waiting.iter().find(|step| step.from == "information");
    assert_eq!(step.unwrap().since, day("2025-02-01"));
}

#[test]
fn a_journey_waits_for_the_decision_once_what_comes_on_the_way_has_come() {
    let catalogue = Catalogue::bundled().unwrap();
    let template = catalogue.template("us-i485").unwrap();
    let mut case = journey(&[("receipt", "2025-02-01")]);
    case.template = "us-i485".into();
    let next = |case: &Journey| {
        let waiting = waiting(&catalogue, template, case, day("2026-01-15"));
        format!("{}-{}", waiting[0].from, waiting[0].to)
    };
    assert_eq!(next(&case), "receipt-biometrics");
    case.happened.push(("biometrics".into(), day("2025-03-08")));
    assert_eq!(next(&case), "receipt-decision");
    case.happened.push(("interview".into(), day("2025-09-08")));
    assert_eq!(next(&case), "interview-decision");
}
