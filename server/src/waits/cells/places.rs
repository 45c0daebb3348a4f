//! Where the stages of a template stand, and what that makes of a journey: when a wait began, and what has become of it.
//! Pure.

use std::collections::BTreeMap;

use app::journeys::{Clock, Date, StageKind};

use super::{COME, Journey, LONGEST, PASSED, WEEK};
use crate::journeys::{
    survival::{Cause, Spell},
    templates::{Catalogue, Office, Stage, Template},
};

/// Where stages stand in the order of a template, and the offices that it has.
pub(in crate::waits) struct Places<'a> {
    stages: BTreeMap<&'a str, usize>,
    offices: BTreeMap<&'a str, &'a Office>,
}

impl<'a> Places<'a> {
    pub(in crate::waits) fn of(catalogue: &'a Catalogue, template: &'a Template) -> Self {
        let stages = template.stages.iter().enumerate();
        let offices = catalogue.offices_of(template);
        Self {
            stages: stages
                .map(|(place, stage)| (stage.key.as_str(), place))
                .collect(),
            offices: offices
                .map(|office| (office.key.as_str(), office))
                .collect(),
        }
    }

    pub(in crate::waits) fn place(&self, stage: &str) -> usize {
        self.stages.get(stage).copied().unwrap_or_default()
    }

    /// With which office the case lay while it waited from that stage on, of those whose work it was that the next
    /// one came.
    pub(in crate::waits) fn office<'b>(
        &self,
        template: &Template,
        journey: &'b Journey,
        from: &str,
        to: &str,
    ) -> Option<&'b str> {
        let from = self.place(from);
        let awaited = template.stages.get(self.place(to))?.kind;
        let is_its_work = |office: &str| {
            let office = self.offices.get(office);
            office.is_some_and(|office| office.handles(template, awaited))
        };
        let stays = journey.stays.iter().enumerate();
        // Of two for one stage the later said holds.
        let holding = stays.filter(|(number, (stage, _))| {
            let mut later = journey.stays[number + 1..].iter();
            later.all(|(other, _)| other != stage)
        });
        let until = holding
            .map(|(_, stay)| stay)
            .filter(|(stage, office)| self.place(stage) <= from && is_its_work(office));
        let last = until.max_by_key(|(stage, _)| self.place(stage))?;
        Some(&last.1)
    }

    /// When a wait began and what has become of it. None if nothing can be known of it.
    pub(in crate::waits) fn wait(
        &self,
        template: &Template,
        journey: &Journey,
        from: &str,
        to: &str,
        today: Date,
    ) -> Option<(Date, Spell)> {
        let began = journey.first(from, Date::FIRST)?;
        let come = journey.come(to, began);
        let (end, cause) = self.end(template, journey, (from, to), began, come)?;
        let days = end.since(began);
        if !(0..=LONGEST).contains(&days) || end > today || today.since(began) > LONGEST {
            return None;
        }
        // What was over when it was first heard of tells nothing: those who waited longer had more time to come.
        let entry = journey.joined.since(began).max(0);
        if entry > 0 && entry >= days {
            return None;
        }
        let spell = Spell {
            entry: f64::from(entry),
            time: f64::from(days),
            cause,
        };
        Some((began, spell))
    }

    /// Whether a stage has happened that comes after this one.
    fn is_beyond(&self, journey: &Journey, to: &str, began: Date) -> bool {
        self.beyond(journey, to, began).next().is_some()
    }

    /// What has happened that comes after a stage, and on which days. Those are no earlier than the week of the
    /// beginning, as in [`Journey::come`].
    fn beyond<'b>(
        &self,
        journey: &'b Journey,
        to: &str,
        began: Date,
    ) -> impl Iterator<Item = (&'b str, Date)> + Clone {
        let place = self.place(to);
        let beyond = journey.happened.iter().filter_map(move |(stage, day)| {
            let since = began.days() - (WEEK - 1);
            (day.days() >= since).then(|| (&**stage, (*day).max(began)))
        });
        beyond.filter(move |(stage, _)| self.place(stage) > place)
    }

    /// Since when a journey waits for a step that is yet to come. None where the government's clock stands still.
    pub(in crate::waits) fn since(
        &self,
        template: &Template,
        journey: &Journey,
        (from, to): (&str, &str),
        today: Date,
    ) -> Option<Date> {
        // Whoever has answered twice waits since the second time.
        let began = if self.questions(template, from).next().is_some() {
            journey.last(from)?
        } else {
            journey.first(from, Date::FIRST)?
        };
        let goes_on = journey.ended.is_none()
            && journey.come(to, began).is_none()
            && self.asked(template, journey, (from, to), began).is_none()
            && !self.is_beyond(journey, to, began)
            && (0..=LONGEST).contains(&today.since(began));
        goes_on.then_some(began)
    }

    /// Those that a stage answers, and that may be asked more than once.
    fn questions<'b>(&self, template: &'b Template, answer: &str) -> impl Iterator<Item = &'b str> {
        let answered = template.transitions.iter().filter(move |step| {
            let asked = template.stages.get(self.place(&step.from));
            step.to == answer
                && step.clock == Clock::Applicant
                && asked.is_some_and(|asked| asked.repeatable)
        });
        answered.map(|step| step.from.as_str())
    }

    /// The day on which the applicant was first asked for something, or has answered, between two stages, or was asked
    /// again; and whether it is the day of the question, which can be missing.
    fn asked(
        &self,
        template: &Template,
        journey: &Journey,
        (from, to): (&str, &str),
        began: Date,
    ) -> Option<(Date, bool)> {
        let between = template.stages.get(self.place(from) + 1..self.place(to))?;
        let steps = template.transitions.iter();
        let asks = |stage: &Stage| {
            let mut onward = steps.clone().filter(|step| step.from == stage.key);
            let is_owed = onward.clone().next().is_some()
                && onward.all(|step| step.clock == Clock::Applicant);
            stage.kind == StageKind::Rfe || is_owed
        };
        // What the applicant does of their own accord, like biometrics after filing, answers nothing.
        let answers = |stage: &Stage| {
            let mut steps = steps.clone().filter(|step| step.to == stage.key);
            steps.any(|step| {
                let asked = between.iter().find(|asked| asked.key == step.from);
                step.clock == Clock::Applicant && asked.is_some_and(asks)
            })
        };
        let said = between.iter().filter_map(|stage| {
            let day = journey.come(&stage.key, began)?;
            (asks(stage) || answers(stage)).then_some((day, asks(stage)))
        });
        // What was answered when the wait began may be asked once more.
        let next_day = Date::from_days(began.days() + 1)?;
        let again = self.questions(template, from);
        let again = again.filter_map(|asked| Some((journey.first(asked, next_day)?, true)));
        let said = said.chain(again);
        // Of a question and an answer on one day the question came first.
        said.min_by_key(|(day, asks)| (*day, !asks))
    }

    /// When a case had gone on without a stage: by another way, or past one that need not come.
    fn passed(
        &self,
        template: &Template,
        journey: &Journey,
        (from, to): (&str, &str),
        began: Date,
    ) -> Option<Date> {
        let place = self.place(to);
        let steps = template.transitions.iter();
        let goes_on = steps.clone().filter(|step| step.from == from);
        let other_way = goes_on
            .filter(|step| self.place(&step.to) > place)
            .filter_map(|step| journey.come(&step.to, began))
            .min();
        if other_way.is_some() || !template.stages.get(place)?.optional {
            return other_way;
        }
        // What only follows it says that it has come.
        let follows = |stage: &str| {
            let mut into = steps.clone().filter(|step| step.to == stage).peekable();
            into.peek().is_some() && into.all(|step| step.from == to)
        };
        let beyond = self.beyond(journey, to, began);
        if beyond.clone().any(|(stage, _)| follows(stage)) {
            return None;
        }
        beyond.map(|(_, day)| day).min()
    }

    /// When a wait was over, and by what; without a cause it was only watched so far.
    fn end(
        &self,
        template: &Template,
        journey: &Journey,
        (from, to): (&str, &str),
        began: Date,
        come: Option<Date>,
    ) -> Option<(Date, Option<Cause>)> {
        // A question that the applicant has to answer stops the government's clock.
        let asked = self.asked(template, journey, (from, to), began);
        if let Some(asked) = asked.filter(|(day, _)| come.is_none_or(|come| *day < come)) {
            let (day, is_known) = asked;
            return is_known.then_some((day, None));
        }
        if let Some(come) = come {
            return Some((come, Some(COME)));
        }
        if let Some(day) = self.passed(template, journey, (from, to), began) {
            return Some((day, Some(PASSED)));
        }
        // Somebody has forgotten to say when it came.
        if self.is_beyond(journey, to, began) {
            return None;
        }
        match journey.ended {
            Some((cause, on)) if on >= began => Some((on, cause)),
            Some(_) => None,
            None => Some((journey.confirmed.max(began), None)),
        }
    }
}
