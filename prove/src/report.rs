//! The table of faults × invariants, in Markdown, and one line a fault for whoever watches.

use std::{fmt::Write, fs, path::Path, time::Duration};

use crate::{
    Error,
    checker::{Invariant, Verdict},
    fuzz::Fuzzed,
    planted::Plant,
};

pub(crate) enum Ending {
    Judged {
        verdict: Verdict,
        /// The most bytes that a node held.
        memory: u64,
        /// How long the slowest client took to catch up.
        slowest: Option<Duration>,
    },
    Skipped(String),
    Failed(String),
}

pub(crate) struct Line {
    pub(crate) number: u8,
    pub(crate) name: String,
    pub(crate) checks: &'static [Invariant],
    pub(crate) ending: Ending,
    pub(crate) took: Duration,
}

pub(crate) struct Report {
    seed: u64,
    pub(crate) faults: Vec<Line>,
    pub(crate) plants: Vec<(Plant, Line)>,
    pub(crate) fuzzed: Option<Fuzzed>,
}

impl Line {
    fn holds(&self) -> bool {
        match &self.ending {
            Ending::Judged { verdict, .. } => verdict.holds(),
            Ending::Skipped(_) => true,
            Ending::Failed(_) => false,
        }
    }

    /// How an invariant stands in the table.
    fn mark(&self, verdict: &Verdict, invariant: Invariant) -> &'static str {
        match (
            verdict.breaches.contains_key(&invariant),
            self.checks.contains(&invariant),
        ) {
            (true, _) => "✗",
            (false, true) => "**✓**",
            (false, false) => "✓",
        }
    }

    pub(crate) fn say(&self) -> String {
        let mut said = format!(
            "{:>2} {} ({:.0} s): ",
            self.number,
            self.name,
            self.took.as_secs_f64()
        );
        match &self.ending {
            Ending::Judged { verdict, .. } => {
                let counts = &verdict.counts;
                let _ = write!(
                    said,
                    "{} operations, {} acknowledged, {} refused, {} unknown, {} sockets lost, {} delivered, \
                     {} lost, {} doubled",
                    counts.operations,
                    counts.acknowledged,
                    counts.failed,
                    counts.unknown,
                    counts.closed,
                    counts.delivered,
                    counts.lost,
                    counts.doubled
                );
                for (invariant, found) in &verdict.breaches {
                    let first = found.first().map_or("", String::as_str);
                    let _ = write!(
                        said,
                        "\n   {invariant} broken {} times: {first}",
                        found.len()
                    );
                }
            }
            Ending::Skipped(why) => {
                let _ = write!(said, "skipped: {why}");
            }
            Ending::Failed(why) => {
                let _ = write!(said, "failed: {why}");
            }
        }
        said
    }

    fn row(&self) -> String {
        let name = &self.name;
        let number = match self.number {
            0 => String::new(),
            number => number.to_string(),
        };
        let (verdict, memory, slowest) = match &self.ending {
            Ending::Judged {
                verdict,
                memory,
                slowest,
            } => (verdict, memory, slowest),
            Ending::Skipped(why) => return format!("| {number} | {name} | skipped: {why} |\n"),
            Ending::Failed(why) => {
                let why = why.lines().next().unwrap_or_default();
                return format!("| {number} | {name} | failed: {why} |\n");
            }
        };
        let counts = &verdict.counts;
        let slowest = slowest.map_or("never".to_owned(), |slowest| {
            slowest.as_millis().to_string()
        });
        let mut row = format!(
            "| {number} | {name} | {} | {} | {} | {} | {} | {} | {} | {} | {slowest} | {} |",
            counts.operations,
            counts.acknowledged,
            counts.closed,
            counts.delivered,
            counts.lost,
            counts.doubled,
            counts.acknowledgement_p99,
            counts.delivery_p99,
            memory >> 20,
        );
        for invariant in Invariant::ALL {
            let _ = write!(row, " {} |", self.mark(verdict, invariant));
        }
        row.push('\n');
        row
    }
}

impl Report {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            faults: Vec::new(),
            plants: Vec::new(),
            fuzzed: None,
        }
    }

    fn caught(plant: &Plant, line: &Line) -> bool {
        match &line.ending {
            Ending::Judged { verdict, .. } => plant
                .breaks
                .iter()
                .any(|invariant| verdict.breaches.contains_key(invariant)),
            Ending::Skipped(_) | Ending::Failed(_) => false,
        }
    }

    /// Whether every invariant held in every fault, and every planted bug was caught.
    pub(crate) fn is_sound(&self) -> bool {
        self.faults.iter().all(Line::holds)
            && self
                .fuzzed
                .as_ref()
                .is_none_or(|fuzzed| fuzzed.failures.is_empty())
            && self
                .plants
                .iter()
                .all(|(plant, line)| Self::caught(plant, line))
    }

    fn total(&self, of: impl Fn(&Verdict) -> usize) -> usize {
        let verdicts = self.faults.iter().filter_map(|line| match &line.ending {
            Ending::Judged { verdict, .. } => Some(of(verdict)),
            Ending::Skipped(_) | Ending::Failed(_) => None,
        });
        verdicts.sum()
    }

    pub(crate) fn summary(&self) -> String {
        format!(
            "{} acknowledged, {} delivered, {} lost, {} doubled; {}",
            self.total(|verdict| verdict.counts.acknowledged),
            self.total(|verdict| verdict.counts.delivered),
            self.total(|verdict| verdict.counts.lost),
            self.total(|verdict| verdict.counts.doubled),
            if self.is_sound() {
                "all is well"
            } else {
                "NOT all is well"
            },
        )
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), Error> {
        let mut text = format!(
            "# The proof\n\nMade by `make prove` (`SEED={}`).\n\n{}.\n\n",
            self.seed,
            self.summary()
        );
        text.push_str(LEGEND);
        text.push_str(HEAD);
        for line in &self.faults {
            text.push_str(&line.row());
        }
        if !self.plants.is_empty() {
            text.push_str("\n## Planted bugs\n\nEach has to be caught.\n\n");
            text.push_str("| Bug | | Breaks |\n|---|---|---|\n");
        }
        for (plant, line) in &self.plants {
            let broken = match &line.ending {
                Ending::Judged { verdict, .. } => {
                    let found = verdict.breaches.iter();
                    let found =
                        found.map(|(invariant, found)| format!("{invariant} ({})", found.len()));
                    found.collect::<Vec<_>>().join(", ")
                }
                Ending::Skipped(why) | Ending::Failed(why) => {
                    why.lines().next().unwrap_or_default().to_owned()
                }
            };
            let caught = if Self::caught(plant, line) {
                "caught"
            } else {
                "NOT CAUGHT"
            };
            let _ = writeln!(text, "| {} | {caught} | {broken} |", plant.what);
        }
        if let Some(fuzzed) = &self.fuzzed {
            let _ = write!(text, "\n## Fuzzed\n\n{}\n", fuzzed.say());
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(fs::write(path, text)?)
    }
}

const LEGEND: &str = "\
Each fault runs in a world of its own: two nodes, PostgreSQL, Redis, a proxy on each link, and clients
on the browser's own machines. All nine invariants are judged in each; those that the fault is there
to try are bold. *Delivered* counts rows applied by clients; times are milliseconds, from healthy
clients; *caught up* is how long the slowest client took after nothing stood in its way; memory is the
most that a node held, in MiB.

**I1** acknowledged ⇒ in the database and at every entitled client · **I2** no id applied twice · **I3** the
same number has the same content everywhere · **I4** nothing uncommitted delivered · **I5** a sender's order
holds · **I6** folded state = the database's within 5 s · **I7** nothing after removal · **I8** memory bounded ·
**I9** each operation ends, and healthy clients are served in time

";

const HEAD: &str = "\
| # | Fault | Operations | Acknowledged | Sockets lost | Delivered | Lost | Doubled | Ack p99 | Delivery p99 | Caught up | Memory | I1 | I2 | I3 | I4 | I5 | I6 | I7 | I8 | I9 |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
";
