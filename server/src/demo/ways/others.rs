//! Ways to the United Kingdom and to Canada.

use super::{Refused, Stay, Step, Way, office, step};

pub(super) const SPOUSE: Way = Way {
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
};

pub(super) const EXPRESS_ENTRY: Way = Way {
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
};
