//! What was measured, as a page for people: the ratios first, the absolute numbers after them.

use std::{fmt::Write, fs, time::Duration};

use crate::{
    Error,
    args::Args,
    closed::Shape,
    plot,
    requirement::{Requirement, at_rate, requirements},
    run::Results,
    target::Target,
};

/// The file has words of people's; between these lines it is ours.
const BEGIN: &str = "<!-- measured: written by make bench -->";
const END: &str = "<!-- measured: end -->";

/// Cores that other programs may take without a word.
const QUIET: f64 = 0.15;

/// Prints the ratios, and writes the page and its picture.
#[expect(clippy::print_stdout, reason = "the result of the program")]
pub(crate) fn write(args: &Args, results: &Results) -> Result<(), Error> {
    let lines = requirements(results);
    println!("\n{}{}", disturbed(results), plain(&lines));
    fs::create_dir_all(&args.docs)?;
    let path = args.docs.join("performance.md");
    let old = fs::read_to_string(&path).unwrap_or_default();
    fs::write(&path, put(&old, &markdown(results, &lines)))?;
    let picture = args.docs.join("performance.svg");
    fs::write(&picture, plot::latency_against_load(&results.open))?;
    println!("{} and {}", path.display(), picture.display());
    Ok(())
}

/// Puts what was measured in the place of what was measured before.
fn put(page: &str, measured: &str) -> String {
    let before = page.split(BEGIN).next().unwrap_or_default();
    let after = page.split_once(END).map_or("\n", |(_, after)| after);
    format!("{before}{BEGIN}\n{measured}{END}{after}")
}

fn plain(lines: &[Requirement]) -> String {
    let mut text = String::new();
    for line in lines {
        let holds = if line.holds { "yes" } else { "NO" };
        let _ = writeln!(
            text,
            "{:<72} {:>26} {:>34}  {holds}",
            line.what, line.wanted, line.measured
        );
    }
    text
}

fn markdown(results: &Results, lines: &[Requirement]) -> String {
    let mut text = format!("\nMeasured on {}", results.machine);
    text += if results.quick {
        ", by `QUICK=1 make bench`: too short to rely on.\n\n"
    } else {
        ", by `make bench`.\n\n"
    };
    text += &disturbed(results);
    text += "| What must hold | Wanted | Measured | |\n|---|---|---|---|\n";
    for line in lines {
        let holds = if line.holds { "yes" } else { "**no**" };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {holds} |",
            line.what, line.wanted, line.measured
        );
    }
    text += "\n## Latency against load\n\n![p99 latency against load](performance.svg)\n\n";
    text += &open(results);
    text += "\n## The closed loop\n\n";
    text += &closed(results);
    text += "\n## Layover alone\n\n";
    text += &alone(results);
    text.push('\n');
    text
}

/// Says so, if the machine had other things to do.
fn disturbed(results: &Results) -> String {
    let closed = results.closed.values().flatten();
    let most = closed.map(|closed| closed.others).fold(0.0, f64::max);
    if most <= QUIET {
        return String::new();
    }
    format!(
        "**The machine was not quiet**: other programs took up to {most:.1} cores during one of the \
         measurements. Run it again before a number is believed.\n\n"
    )
}

fn open(results: &Results) -> String {
    let mut text = "| Target | Deliveries/s | p50 | p99 | Server µs per delivery | Arrived | |\n\
        |---|--:|--:|--:|--:|--:|---|\n"
        .to_owned();
    for target in Target::ALL {
        for step in results.open.get(&target).into_iter().flatten() {
            let just = results.borne.and_then(|borne| at_rate(&[*step], borne));
            let note = match (just, step.is_borne()) {
                (_, false) => "too much",
                (Some(_), true) => "what Django just bears",
                (None, true) => "",
            };
            let _ = writeln!(
                text,
                "| {} | {:.0} | {} | {} | {:.2} | {} of {} | {note} |",
                target.name(),
                step.deliveries_per_second(),
                milliseconds(step.p50),
                milliseconds(step.p99),
                step.cpu,
                step.arrived,
                step.wanted
            );
        }
    }
    text
}

fn closed(results: &Results) -> String {
    let mut text = "| Shape | Target | Deliveries/s | Accepted/s | Server µs per delivery \
        | PostgreSQL µs | Redis µs | Server memory | p50 | p99 | Missing, doubled |\n\
        |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
        .to_owned();
    for (number, shape) in Shape::ALL.iter().enumerate() {
        for target in Target::ALL {
            let Some(closed) = results.closed.get(&target).and_then(|all| all.get(number)) else {
                continue;
            };
            let [server, postgres, redis] = closed.cpu;
            let mut missing = format!("{}, {}", closed.missing, closed.doubled);
            if closed.refused + closed.broken > 0 {
                let (refused, broken) = (closed.refused, closed.broken);
                let _ = write!(missing, " ({refused} refused, {broken} connections lost)");
            }
            let _ = writeln!(
                text,
                "| {} | {} | {:.0} | {:.0} | {server:.2} | {postgres:.2} | {redis:.2} | {} | {} \
                 | {} | {missing} |",
                shape.name(),
                target.name(),
                closed.deliveries_per_second,
                closed.accepted_per_second,
                bytes(closed.resident),
                milliseconds(closed.p50),
                milliseconds(closed.p99),
            );
        }
    }
    text
}

fn alone(results: &Results) -> String {
    let mut text = String::new();
    if let Some(durable) = results.durable {
        let _ = writeln!(
            text,
            "* Durable sends a second: {:.0} by 16 plain inserting clients, {:.0} spread over \
             1,000 rooms, {:.0} in one hot room.",
            durable.plain, durable.spread, durable.hot
        );
    }
    if let Some(idle) = results.idle {
        let [without, with] = idle.resident.map(bytes);
        let _ = writeln!(
            text,
            "* {} idle connections: {without} before, {with} with them. Killed, the server was \
             ready again after {:.2} s, which is not counted in the time of coming back.",
            idle.connections,
            idle.restart.as_secs_f64()
        );
    }
    for cost in results.history.iter().flat_map(|all| [all.short, all.long]) {
        let [open, open_p99] = cost.open.map(milliseconds);
        let [back, back_p99] = cost.back.map(milliseconds);
        let _ = writeln!(
            text,
            "* A room of {} messages: opened in {open} (p99 {open_p99}), a page back from its \
             middle in {back} (p99 {back_p99}); the server then had {}.",
            cost.messages,
            bytes(cost.resident)
        );
    }
    for media in &results.media {
        let [before, most] = media.resident.map(bytes);
        let _ = writeln!(
            text,
            "* {} uploads of {} each, {}, always 20 at once: {before} before, at most {most}; \
             {:.0} deliveries a second meanwhile.",
            media.sent,
            bytes(media.length as u64),
            media.kind.name(),
            media.chat[1].deliveries_per_second()
        );
    }
    if let Some(waits) = results.waits {
        let [all, all_p99] = waits.all.map(milliseconds);
        let [office, office_p99] = waits.office.map(milliseconds);
        let _ = writeln!(
            text,
            "* {} journeys with {} stages: counted in {:.1} s, which told of {} cells, and a week later in {:.1} s. A page about one of their \
             steps, of all offices: {all} (p99 {all_p99}); of one office: {office} (p99 {office_p99}).",
            waits.journeys,
            waits.stages,
            waits.batch.as_secs_f64(),
            waits.cells,
            waits.later.as_secs_f64()
        );
    }
    for times in &results.times {
        let [known, unknown] = times.medians.map(milliseconds);
        let _ = writeln!(
            text,
            "* {} names with an account and as many without, {}: answered in {known} and {unknown} \
             (medians); the AUC of {:.3} is {:.1} standard errors from 0.5.",
            times.names,
            times.way.name(),
            times.ranks.auc,
            times.ranks.errors.abs()
        );
    }
    text
}

pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

#[expect(clippy::cast_precision_loss, reason = "memory is far below 2^52 bytes")]
pub(crate) fn bytes(count: u64) -> String {
    let kibibytes = count as f64 / 1024.0;
    if kibibytes < 1024.0 {
        format!("{kibibytes:.1} KiB")
    } else {
        format!("{:.0} MiB", kibibytes / 1024.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_around_what_was_measured_stay() {
        let page = put("# Title\n\n", "one\n");
        let page = put(&format!("{page}After.\n"), "two\n");
        assert_eq!(page, format!("# Title\n\n{BEGIN}\ntwo\n{END}\nAfter.\n"));
    }

    #[test]
    fn a_line_that_does_not_hold_says_so() {
        let line = Requirement {
            what: "Speed".to_owned(),
            wanted: "at least 3".to_owned(),
            measured: "2.00".to_owned(),
            holds: false,
        };
        let page = markdown(&Results::default(), &[line]);
        assert!(page.contains("| Speed | at least 3 | 2.00 | **no** |"));
    }
}
