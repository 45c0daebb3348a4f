//! What must hold, and whether it did.

use std::time::Duration;

use crate::{
    closed::Shape,
    history::Cost,
    idle::Idle,
    media::Media,
    open::Open,
    report::{bytes, milliseconds},
    run::Results,
    target::Target,
    times::Times,
    waits::{BATCH, PAGE, Waits},
};

/// How much one cost may be above another that is to be the same. The machine is noisy.
const SAME: f64 = 1.5;

/// One line of the table.
#[derive(Debug, PartialEq)]
pub(crate) struct Requirement {
    pub(crate) what: String,
    pub(crate) wanted: String,
    pub(crate) measured: String,
    pub(crate) holds: bool,
}

impl Requirement {
    /// A ratio that must be at least so much.
    fn at_least(what: impl Into<String>, wanted: f64, measured: f64) -> Self {
        Self {
            what: what.into(),
            wanted: format!("at least {wanted}"),
            measured: format!("{measured:.2}"),
            holds: measured >= wanted,
        }
    }
}

/// Those for which something was measured.
pub(crate) fn requirements(results: &Results) -> Vec<Requirement> {
    let mut all = Vec::new();
    for (number, (shape, wanted)) in Shape::ALL.iter().zip([40.0, 60.0, 90.0]).enumerate() {
        for (peer, wanted) in [(Target::Django, wanted), (Target::SocketIo, 3.0)] {
            let of = |target| results.closed.get(&target)?.get(number);
            if let (Some(theirs), Some(ours)) = (of(peer), of(Target::Layover)) {
                let what = format!(
                    "Server CPU per delivery, {} ÷ Layover, {}",
                    peer.name(),
                    shape.name()
                );
                // A server that drops what it should deliver is no measure of another.
                let mut line = Requirement::at_least(what, wanted, theirs.cpu[0] / ours.cpu[0]);
                for (target, closed) in [(peer, theirs), (Target::Layover, ours)] {
                    if !closed.is_sound() {
                        line.measured =
                            format!("nothing: {} lost or doubled messages", target.name());
                        line.holds = false;
                    }
                }
                all.push(line);
            }
        }
    }
    all.extend(latency(results));
    if let Some(durable) = results.durable {
        let of_plain = |what: &str, wanted, ours: f64| {
            let what = format!("Durable sends, {what} ÷ 16 plain inserting clients");
            Requirement::at_least(what, wanted, ours / durable.plain)
        };
        all.push(of_plain("spread over 1,000 rooms", 1.5, durable.spread));
        all.push(of_plain("one hot room", 1.0, durable.hot));
    }
    all.extend(results.idle.iter().flat_map(idle));
    if let Some(history) = results.history {
        let ratio = |cost: fn(&Cost) -> f64| cost(&history.long) / cost(&history.short);
        for (what, measured) in [
            ("Opening a room", ratio(|cost| cost.open[0].as_secs_f64())),
            ("Paging back", ratio(|cost| cost.back[0].as_secs_f64())),
            ("Memory afterwards", ratio(|cost| resident(cost.resident))),
        ] {
            all.push(Requirement {
                what: format!(
                    "{what}, {} messages ÷ {}",
                    history.long.messages, history.short.messages
                ),
                wanted: format!("the same (at most {SAME})"),
                measured: format!("{measured:.2}"),
                holds: measured <= SAME,
            });
        }
    }
    all.extend(results.times.iter().map(times));
    all.extend(results.media.iter().flat_map(media));
    all.extend(results.waits.iter().flat_map(waits));
    all
}

#[expect(clippy::cast_precision_loss, reason = "memory is far below 2^52 bytes")]
fn resident(bytes: u64) -> f64 {
    bytes as f64
}

/// At the load that Django just bears.
fn latency(results: &Results) -> Option<Requirement> {
    let borne = results.borne?;
    let at = |target| at_rate(results.open.get(&target)?, borne);
    let (theirs, ours) = (at(Target::Django)?, at(Target::Layover)?);
    let measured = ours.p99.as_secs_f64() / theirs.p99.as_secs_f64();
    Some(Requirement {
        what: format!(
            "p99 delivery latency, Layover ÷ Django Channels, at {:.0} deliveries/s",
            ours.deliveries_per_second()
        ),
        wanted: "at most 0.1".to_owned(),
        measured: format!(
            "{measured:.3} ({} against {})",
            milliseconds(ours.p99),
            milliseconds(theirs.p99)
        ),
        holds: measured <= 0.1,
    })
}

/// The step of a ladder that has this rate.
pub(crate) fn at_rate(steps: &[Open], rate: f64) -> Option<Open> {
    let same = |step: &&Open| (step.rate - rate).abs() < 1e-6;
    steps.iter().find(same).copied()
}

fn idle(idle: &Idle) -> [Requirement; 3] {
    let connections = idle.connections;
    [
        Requirement {
            what: format!("Resident memory per idle connection, of {connections}"),
            wanted: "at most 12 KiB".to_owned(),
            measured: bytes(idle.each()),
            holds: idle.each() <= 12 * 1024,
        },
        Requirement {
            what: format!("{connections} clients come back at once, the last after"),
            wanted: "at most 10 s".to_owned(),
            measured: match idle.back {
                Some(back) => format!("{:.1} s", back.as_secs_f64()),
                None => "never".to_owned(),
            },
            holds: idle
                .back
                .is_some_and(|back| back <= Duration::from_secs(10)),
        },
        Requirement {
            what: "Refused, of those".to_owned(),
            wanted: "0".to_owned(),
            measured: idle.refused.to_string(),
            holds: idle.refused == 0,
        },
    ]
}

fn times(times: &Times) -> Requirement {
    let ranks = times.ranks;
    Requirement {
        what: format!("One time tells a known account, {} (AUC)", times.way.name()),
        wanted: format!("0.5 ± {:.2}", ranks.bound),
        measured: format!("{:.3}", ranks.auc),
        holds: ranks.are_alike(),
    }
}

fn media(media: &Media) -> [Requirement; 3] {
    let kind = media.kind.name();
    let (growth, slower) = (media.growth(), media.slower());
    let [idle, busy] = media.chat.map(|chat| milliseconds(chat.p99));
    [
        Requirement {
            what: format!("Memory that 20 uploads at once take, {kind}"),
            wanted: format!("under {}", bytes(media.kind.most())),
            measured: bytes(growth),
            holds: growth < media.kind.most(),
        },
        Requirement {
            what: format!("Of those that were sent in, whole, {kind}"),
            wanted: "all".to_owned(),
            measured: format!("{} of {}", media.whole, media.sent),
            holds: media.whole == media.sent,
        },
        Requirement {
            what: format!("p99 delivery latency meanwhile ÷ without, {kind}"),
            wanted: "at most 2".to_owned(),
            measured: format!("{slower:.2} ({busy} against {idle})"),
            holds: slower <= 2.0 && media.chat.iter().all(Open::is_borne),
        },
    ]
}

fn waits(waits: &Waits) -> [Requirement; 4] {
    let batch = |what: String, took: Duration| Requirement {
        what,
        wanted: format!("under {} s", BATCH.as_secs()),
        measured: format!("{:.1} s", took.as_secs_f64()),
        holds: took < BATCH,
    };
    let page = |what: &str, [_, p99]: [Duration; 2]| Requirement {
        what: format!("p99 of a page about waits, {what}"),
        wanted: format!("under {}", milliseconds(PAGE)),
        measured: milliseconds(p99),
        holds: p99 < PAGE,
    };
    [
        batch(
            format!("The daily batch, of {} stages", waits.stages),
            waits.batch,
        ),
        batch("The batch of a week later, of the same".into(), waits.later),
        page("of all offices", waits.all),
        page("of one office", waits.office),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{durable::Durable, media::Kind, ranks::Ranks, times::Way};

    #[test]
    fn what_was_not_measured_is_no_line() {
        assert_eq!(requirements(&Results::default()), []);
    }

    #[test]
    fn a_ratio_holds_from_its_limit_on() {
        let results = Results {
            durable: Some(Durable {
                plain: 100.0,
                spread: 150.0,
                hot: 99.0,
            }),
            ..Results::default()
        };
        let lines = requirements(&results);
        let lines: Vec<_> = lines
            .iter()
            .map(|l| (l.measured.as_str(), l.holds))
            .collect();
        assert_eq!(lines, [("1.50", true), ("0.99", false)]);
    }

    #[test]
    fn times_that_tell_who_has_an_account_do_not_hold() {
        let line = |known: u64, way| {
            let [known, unknown] = [known, 1000].map(|from| (from..from + 800).collect::<Vec<_>>());
            times(&Times {
                way,
                names: 800,
                ranks: Ranks::of(&known, &unknown).unwrap(),
                medians: [Duration::ZERO; 2],
            })
        };
        for (known, holds) in [(1000, true), (1020, true), (1100, false), (900, false)] {
            assert_eq!(line(known, Way::Reset).holds, holds, "{known}");
        }
        assert_eq!(line(1000, Way::SignUp).measured, "0.500");
    }

    #[test]
    fn uploads_that_slow_chat_down_or_get_lost_do_not_hold() {
        let chat = |milliseconds| Open {
            rate: 50.0,
            p50: Duration::from_millis(milliseconds),
            p99: Duration::from_millis(milliseconds),
            cpu: 1.0,
            wanted: 100,
            arrived: 100,
        };
        let of = |kind, whole, grown: u64, busy| {
            let lines = media(&Media {
                kind,
                length: 10,
                sent: 20,
                whole,
                resident: [1000, 1000 + grown],
                chat: [chat(2), chat(busy)],
            });
            lines.map(|line| line.holds)
        };
        let mib = 1024 * 1024;
        assert_eq!(of(Kind::Pictures, 20, 200 * mib, 4), [true; 3]);
        assert_eq!(of(Kind::Videos, 19, 64 * mib, 5), [false; 3]);
    }

    #[test]
    fn a_batch_and_pages_that_take_too_long_do_not_hold() {
        let of = |[batch, later]: [u64; 2], [all, office]: [u64; 2]| {
            let lines = waits(&Waits {
                journeys: 140_000,
                stages: 1_000_000,
                cells: 4_000,
                batch: Duration::from_secs(batch),
                later: Duration::from_secs(later),
                all: [Duration::from_millis(1), Duration::from_millis(all)],
                office: [Duration::from_millis(1), Duration::from_millis(office)],
            });
            lines.map(|line| line.holds)
        };
        assert_eq!(of([59, 59], [19, 19]), [true; 4]);
        assert_eq!(of([60, 59], [20, 19]), [false, true, false, true]);
        assert_eq!(of([59, 60], [19, 20]), [true, false, true, false]);
    }

    #[test]
    fn memory_is_told_for_each_connection() {
        let lines = idle(&Idle {
            connections: 10,
            resident: [1000, 1000 + 10 * 13 * 1024],
            back: None,
            refused: 1,
            restart: Duration::ZERO,
        });
        assert!(lines.iter().all(|line| !line.holds));
        assert_eq!(lines[0].measured, "13.0 KiB");
    }
}
