//! Templates and offices as pages get them.

use app::journeys::{
    Office as WireOffice, Stage, Template as WireTemplate, TemplateLine, Transition,
};

use super::templates::{Office, Template, Verification};

pub(crate) fn line(template: &Template) -> TemplateLine {
    TemplateLine {
        slug: template.slug.clone(),
        country: template.country.clone(),
        authority: template.authority.clone(),
        name: template.name.clone(),
        category: template.category,
    }
}

pub(crate) fn template<'a>(
    template: &Template,
    offices: impl Iterator<Item = &'a Office>,
) -> WireTemplate {
    let (verified_on, unverified) = match &template.verification {
        Verification::On(day) => (Some(day.to_string()), None),
        Verification::Outstanding(why) => (None, Some(why.clone())),
    };
    let stages = template.stages.iter().map(|stage| Stage {
        key: stage.key.clone(),
        name: stage.name.clone(),
        aliases: stage.aliases.clone(),
        actor: stage.actor,
        kind: stage.kind,
        optional: stage.optional,
        repeatable: stage.repeatable,
        outcome: stage.outcome,
    });
    let transitions = template.transitions.iter().map(|step| Transition {
        from: step.from.clone(),
        to: step.to.clone(),
        clock: step.clock,
    });
    WireTemplate {
        slug: template.slug.clone(),
        country: template.country.clone(),
        authority: template.authority.clone(),
        name: template.name.clone(),
        category: template.category,
        version: template.version,
        source_url: template.source_url.clone(),
        verified_on,
        unverified,
        stages: stages.collect(),
        transitions: transitions.collect(),
        offices: offices.map(office).collect(),
    }
}

pub(crate) fn office(office: &Office) -> WireOffice {
    WireOffice {
        key: office.key.clone(),
        name: office.name.clone(),
        kind: office.kind,
        country: office.country.clone(),
        authority: office.authority.clone(),
    }
}
