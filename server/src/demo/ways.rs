//! How long things take in a demo: for each kind of journey the median and the spread of each step, and how much
//! slower or faster each office is. The numbers are made up, and the curves can be held against them.

/// A kind of journey.
pub(super) struct Way {
    /// The slug of its template.
    pub(super) template: &'static str,
    /// How many of a hundred journeys are of this kind.
    pub(super) share: u32,
    /// They have begun within the last so many days.
    pub(super) days: i64,
    /// The stage that it begins with.
    pub(super) begin: &'static str,
    pub(super) stays: &'static [Stay],
    pub(super) steps: &'static [Step],
}

/// Where a case lies from a stage on.
pub(super) struct Stay {
    pub(super) from: &'static str,
    pub(super) offices: &'static [Office],
}

pub(super) struct Office {
    pub(super) key: &'static str,
    /// How many cases it has beside the others.
    pub(super) weight: u32,
    /// How many times as long as the median it takes.
    pub(super) pace: f64,
}

/// The next stage, counted from the one that was last. Skipped if it was there already.
pub(super) struct Step {
    pub(super) to: &'static str,
    /// The median, in days, and the standard deviation of its logarithm.
    pub(super) median: f64,
    pub(super) spread: f64,
    /// In how many cases it comes at all.
    pub(super) chance: f64,
    /// Only after this stage.
    pub(super) after: Option<&'static str>,
    pub(super) refused: Refused,
    /// Whether people are told of the day before.
    pub(super) appointed: bool,
    /// The journey has ended as wanted, where the template does not say so.
    pub(super) ends: bool,
}

/// How often a case is refused.
#[derive(Clone, Copy)]
pub(super) enum Refused {
    Never,
    /// In place of the stage.
    Instead(f64),
    /// On the day of the stage, which comes all the same.
    Then(f64),
}

const fn step(to: &'static str, median: f64, spread: f64) -> Step {
    Step {
        to,
        median,
        spread,
        chance: 1.0,
        after: None,
        refused: Refused::Never,
        appointed: false,
        ends: false,
    }
}

const fn office(key: &'static str, weight: u32, pace: f64) -> Office {
    Office { key, weight, pace }
}

const RFE_REPLY: Step = Step {
    after: Some("rfe"),
    ..step("rfe_reply", 35.0, 0.5)
};

const FIELD_OFFICES: &[Office] = &[
    office("uscis-field-los-angeles", 3, 1.2),
    office("uscis-field-new-york-city", 3, 1.3),
    office("uscis-field-chicago", 2, 1.0),
    office("uscis-field-houston", 2, 0.9),
    office("uscis-field-miami", 2, 1.1),
    office("uscis-field-seattle", 1, 0.8),
];

const POSTS: &[Office] = &[
    office("us-post-manila", 3, 1.2),
    office("us-post-bogota", 2, 1.0),
    office("us-post-ho-chi-minh-city", 2, 1.1),
    office("us-post-london", 2, 0.7),
    office("us-post-ciudad-juarez", 2, 1.3),
    office("us-post-lagos", 1, 1.5),
];

const SERVICE_CENTRES: &[Office] = &[
    office("uscis-california-service-center", 9, 1.05),
    office("uscis-nebraska-service-center", 2, 0.85),
    office("uscis-texas-service-center", 3, 1.0),
    office("uscis-vermont-service-center", 1, 1.25),
];

/// In the order of their talk.
pub(super) const WAYS: &[Way] = &[
    Way {
        template: "us-k1",
        share: 40,
        days: 1_050,
        begin: "filed",
        stays: &[
            Stay {
                from: "filed",
                offices: &[
                    office("uscis-lockbox-dallas", 2, 1.0),
                    office("uscis-lockbox-elgin", 1, 1.2),
                ],
            },
            Stay {
                from: "noa1",
                offices: SERVICE_CENTRES,
            },
            Stay {
                from: "nvc_case",
                offices: &[office("us-nvc", 1, 1.0)],
            },
            Stay {
                from: "post_received",
                offices: POSTS,
            },
        ],
        steps: &[
            step("noa1", 9.0, 0.4),
            Step {
                chance: 0.18,
                ..step("rfe", 85.0, 0.4)
            },
            RFE_REPLY,
            Step {
                after: Some("rfe_reply"),
                ..step("noa2", 42.0, 0.5)
            },
            Step {
                refused: Refused::Instead(0.05),
                ..step("noa2", 190.0, 0.25)
            },
            step("nvc_case", 25.0, 0.5),
            step("sent_to_post", 18.0, 0.5),
            step("post_received", 10.0, 0.5),
            step("ds160", 12.0, 0.6),
            step("medical", 25.0, 0.5),
            Step {
                appointed: true,
                refused: Refused::Then(0.04),
                ..step("interview", 30.0, 0.4)
            },
            Step {
                chance: 0.15,
                ..step("admin_processing", 1.0, 0.5)
            },
            Step {
                after: Some("admin_processing"),
                ..step("issued", 40.0, 0.7)
            },
            step("issued", 7.0, 0.4),
            step("entry", 30.0, 0.6),
            step("marriage", 40.0, 0.4),
        ],
    },
    Way {
        template: "us-i130",
        share: 16,
        days: 1_400,
        begin: "filed",
        stays: &[
            Stay {
                from: "filed",
                offices: &[
                    office("uscis-lockbox-elgin", 1, 1.0),
                    office("uscis-lockbox-phoenix", 1, 1.1),
                ],
            },
            Stay {
                from: "receipt",
                offices: SERVICE_CENTRES,
            },
            Stay {
                from: "nvc_case",
                offices: &[office("us-nvc", 1, 1.0)],
            },
            Stay {
                from: "interview_letter",
                offices: POSTS,
            },
        ],
        steps: &[
            step("receipt", 9.0, 0.4),
            Step {
                chance: 0.15,
                ..step("rfe", 150.0, 0.4)
            },
            RFE_REPLY,
            Step {
                after: Some("rfe_reply"),
                ..step("approval", 60.0, 0.5)
            },
            Step {
                refused: Refused::Instead(0.03),
                ..step("approval", 320.0, 0.22)
            },
            step("nvc_case", 18.0, 0.5),
            step("fees", 6.0, 0.6),
            step("documents", 28.0, 0.7),
            step("qualified", 35.0, 0.5),
            step("interview_letter", 70.0, 0.5),
            step("medical", 18.0, 0.5),
            Step {
                appointed: true,
                refused: Refused::Then(0.03),
                ..step("interview", 25.0, 0.4)
            },
            Step {
                chance: 0.12,
                ..step("admin_processing", 1.0, 0.5)
            },
            Step {
                after: Some("admin_processing"),
                ..step("issued", 45.0, 0.7)
            },
            step("issued", 8.0, 0.4),
            step("entry", 35.0, 0.6),
            step("green_card", 60.0, 0.4),
        ],
    },
    Way {
        template: "us-i485",
        share: 14,
        days: 800,
        begin: "filed",
        stays: &[
            Stay {
                from: "filed",
                offices: &[office("uscis-national-benefits-center", 1, 1.0)],
            },
            Stay {
                from: "receipt",
                offices: FIELD_OFFICES,
            },
        ],
        steps: &[
            step("receipt", 13.0, 0.4),
            Step {
                appointed: true,
                ..step("biometrics", 35.0, 0.35)
            },
            Step {
                chance: 0.14,
                ..step("rfe", 90.0, 0.4)
            },
            RFE_REPLY,
            Step {
                chance: 0.7,
                ..step("ead_ap", 85.0, 0.4)
            },
            Step {
                chance: 0.55,
                ..step("interview_set", 110.0, 0.4)
            },
            Step {
                after: Some("interview_set"),
                appointed: true,
                ..step("interview", 34.0, 0.2)
            },
            Step {
                after: Some("interview"),
                refused: Refused::Then(0.06),
                ..step("decision", 14.0, 0.8)
            },
            Step {
                refused: Refused::Then(0.05),
                ..step("decision", 170.0, 0.35)
            },
            step("card_produced", 6.0, 0.4),
            step("card_received", 9.0, 0.4),
        ],
    },
    Way {
        template: "us-n400",
        share: 10,
        days: 560,
        begin: "filed",
        stays: &[
            Stay {
                from: "filed",
                offices: &[office("uscis-national-benefits-center", 1, 1.0)],
            },
            Stay {
                from: "receipt",
                offices: FIELD_OFFICES,
            },
        ],
        steps: &[
            step("receipt", 7.0, 0.4),
            Step {
                appointed: true,
                ..step("biometrics", 24.0, 0.4)
            },
            step("interview_set", 95.0, 0.4),
            Step {
                appointed: true,
                ..step("interview", 38.0, 0.2)
            },
            Step {
                chance: 0.06,
                ..step("retest", 65.0, 0.2)
            },
            Step {
                refused: Refused::Then(0.04),
                ..step("decision", 2.0, 0.6)
            },
            step("oath_set", 16.0, 0.5),
            Step {
                appointed: true,
                ..step("oath", 20.0, 0.4)
            },
        ],
    },
    Way {
        template: "uk-spouse",
        share: 12,
        days: 330,
        begin: "applied",
        stays: &[
            Stay {
                from: "applied",
                offices: &[office("uk-ukvi", 1, 1.0)],
            },
            Stay {
                from: "biometrics",
                offices: &[
                    office("uk-vac-manila", 2, 1.1),
                    office("uk-vac-new-delhi", 2, 1.2),
                    office("uk-vac-lagos", 2, 1.3),
                    office("uk-vac-new-york", 2, 0.8),
                ],
            },
        ],
        steps: &[
            step("documents", 4.0, 0.6),
            step("biometrics", 9.0, 0.5),
            Step {
                chance: 0.12,
                ..step("not_straightforward", 45.0, 0.3)
            },
            Step {
                after: Some("not_straightforward"),
                refused: Refused::Then(0.2),
                ends: true,
                ..step("decision", 63.0, 0.4)
            },
            Step {
                chance: 0.6,
                ..step("processed", 45.0, 0.35)
            },
            Step {
                after: Some("processed"),
                refused: Refused::Then(0.05),
                ends: true,
                ..step("decision", 12.0, 0.5)
            },
            Step {
                refused: Refused::Then(0.06),
                ends: true,
                ..step("decision", 62.0, 0.3)
            },
            step("passport", 6.0, 0.5),
            step("entry", 25.0, 0.6),
        ],
    },
    Way {
        template: "ca-express-entry",
        share: 8,
        days: 700,
        begin: "profile",
        stays: &[
            Stay {
                from: "profile",
                offices: &[office("ircc-cio", 1, 1.0)],
            },
            Stay {
                from: "completeness",
                offices: &[
                    office("ircc-cpc-ottawa", 3, 1.0),
                    office("ircc-new-delhi", 2, 1.3),
                    office("ircc-london", 1, 0.9),
                ],
            },
        ],
        steps: &[
            step("ita", 40.0, 0.7),
            step("submitted", 30.0, 0.4),
            step("aor", 2.0, 0.4),
            step("biometrics", 20.0, 0.5),
            step("medical", 24.0, 0.5),
            step("completeness", 20.0, 0.5),
            step("eligibility", 28.0, 0.5),
            step("background", 30.0, 0.6),
            Step {
                chance: 0.2,
                ..step("documents", 20.0, 0.5)
            },
            Step {
                refused: Refused::Instead(0.03),
                ..step("decision", 28.0, 0.6)
            },
            step("ppr", 6.0, 0.5),
            step("copr", 18.0, 0.5),
            step("landing", 30.0, 0.6),
            step("pr_card", 45.0, 0.3),
        ],
    },
];

pub(super) fn way(template: &str) -> Option<&'static Way> {
    WAYS.iter().find(|way| way.template == template)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journeys::templates::Catalogue;

    #[test]
    fn all_that_happens_in_a_demo_is_in_the_templates_and_in_their_order() {
        let catalogue = Catalogue::bundled().unwrap();
        for way in WAYS {
            let template = catalogue.template(way.template).expect(way.template);
            let place = |key: &str| {
                let found = template.stages.iter().position(|stage| stage.key == key);
                found.unwrap_or_else(|| panic!("{}: {key}", way.template))
            };
            let keys: Vec<_> = way.steps.iter().map(|step| place(step.to)).collect();
            assert!(keys.iter().all(|key| *key > place(way.begin)));
            for office in way.stays.iter().flat_map(|stay| stay.offices) {
                let known = catalogue
                    .offices_of(template)
                    .any(|known| known.key == office.key);
                assert!(known, "{}: {}", way.template, office.key);
            }
            for stay in way.stays {
                place(stay.from);
            }
        }
        assert_eq!(WAYS.iter().map(|way| way.share).sum::<u32>(), 100);
    }
}
