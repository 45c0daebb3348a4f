//! Ways to the United States.

use super::{Office, Refused, Stay, Step, Way, office, step};

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

pub(super) const K1: Way = Way {
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
};

pub(super) const I130: Way = Way {
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
};

pub(super) const I485: Way = Way {
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
};

pub(super) const N400: Way = Way {
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
};
