//! One run: each fault in a world of its own, judged and put into the report.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use tokio::time::timeout;

use crate::{
    Args, Error,
    checker::{Verdict, judge},
    dice::Dice,
    faults::{self, Fault, SHORT, Scale, Stop},
    fuzz, history, planted,
    report::{Ending, Line, Report},
    say,
    settle::settle,
    world::{Workshop, World},
};

/// No fault takes longer.
const PATIENCE: Duration = Duration::from_mins(4);

/// Runs what was asked for. Returns whether every invariant held and every planted bug was caught.
pub(crate) async fn run(args: &Args) -> Result<bool, Error> {
    let scale = Scale { short: args.short };
    let dice = Dice::new(args.seed);
    let (chosen, plants) = (chosen(args)?, planted::chosen(args.plant.as_deref())?);
    let workshop = Workshop::open(&args.binary)?;
    let mut report = Report::new(args.seed);
    for fault in chosen {
        let line = try_fault(args, &workshop, &fault, scale, &dice).await;
        say(&line.say());
        report.faults.push(line);
        report.write(&args.report)?;
    }
    for plant in plants {
        let line = try_fault(args, &workshop, &plant.fault(), scale, &dice).await;
        say(&line.say());
        report.plants.push((plant, line));
        report.write(&args.report)?;
    }
    if args.fuzz > 0 {
        let fuzzed = fuzz::fuzz(Duration::from_secs(args.fuzz), dice.fork("fuzz"));
        say(&fuzzed.say());
        report.fuzzed = Some(fuzzed);
    }
    report.write(&args.report)?;
    say(&report.summary());
    Ok(report.is_sound())
}

fn chosen(args: &Args) -> Result<Vec<Fault>, Error> {
    let all = faults::all();
    let numbers: Vec<u8> = match args.faults.as_str() {
        "none" => Vec::new(),
        "all" if args.short => SHORT.to_vec(),
        "all" => all.iter().map(|fault| fault.number).collect(),
        list => list.split(',').map(str::parse).collect::<Result<_, _>>()?,
    };
    let known = |number: &u8| all.iter().any(|fault| fault.number == *number);
    if let Some(unknown) = numbers.iter().find(|number| !known(number)) {
        return Err(format!("there is no fault {unknown}").into());
    }
    Ok(all
        .into_iter()
        .filter(|fault| numbers.contains(&fault.number))
        .collect())
}

async fn try_fault(
    args: &Args,
    workshop: &Workshop,
    fault: &Fault,
    scale: Scale,
    dice: &Dice,
) -> Line {
    let begun = Instant::now();
    let dice = dice.fork(&format!("fault {}", fault.name));
    let tried = timeout(PATIENCE, one(args, workshop, fault, scale, dice)).await;
    let ending = match tried {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(Stop::Skipped(why))) => Ending::Skipped(why),
        Ok(Err(Stop::Failed(error))) => Ending::Failed(error.to_string()),
        Err(_) => Ending::Failed(format!("it took longer than {} s", PATIENCE.as_secs())),
    };
    Line {
        number: fault.number,
        name: fault.name.to_owned(),
        checks: fault.checks,
        ending,
        took: begun.elapsed(),
    }
}

async fn one(
    args: &Args,
    workshop: &Workshop,
    fault: &Fault,
    scale: Scale,
    dice: Dice,
) -> Result<Ending, Stop> {
    let setup = (fault.setup)(faults::usual(scale));
    let name = format!(
        "fault-{}-{}",
        fault.number,
        crate::dice::digest(&fault.name) % 1000
    );
    let mut world = World::make(workshop, &name, &setup, dice).await?;
    let scripted = (fault.script)(&mut world, scale).await;
    let evidence = match scripted {
        Ok(()) => settle(&mut world).await?,
        Err(stop) => {
            if let Some(folder) = kept(args, &name, matches!(stop, Stop::Failed(_))) {
                keep_logs(&world.folder, &folder)?;
            }
            return Err(stop);
        }
    };
    let verdict = judge(&evidence);
    // A planted bug is meant to break something.
    let broken = fault.number > 0 && !verdict.holds();
    if let Some(folder) = kept(args, &name, broken) {
        keep_logs(&world.folder, &folder)?;
        history::write(&folder.join("history.jsonl"), &evidence.events)?;
        fs::write(folder.join("breaches.txt"), breaches(&verdict))?;
        say(&format!(
            "  its history and logs are in {}",
            folder.display()
        ));
    }
    let memory = world.most_memory.values().copied().max().unwrap_or(0);
    let settled = evidence.settled.iter().map(|settled| settled.after);
    let slowest = settled
        .max_by_key(|after| after.unwrap_or(Duration::MAX))
        .flatten();
    let folder = world.folder.clone();
    drop(world);
    // A cluster for each fault would fill the disk.
    let _ = fs::remove_dir_all(folder);
    Ok(Ending::Judged {
        verdict,
        memory,
        slowest,
    })
}

/// Where to keep what a fault leaves behind, if it is to be kept.
fn kept(args: &Args, name: &str, broken: bool) -> Option<PathBuf> {
    let folder = match &args.history {
        Some(folder) => folder.clone(),
        None if broken => std::env::temp_dir().join(format!("layover-prove-seed-{}", args.seed)),
        None => return None,
    };
    let folder = folder.join(name);
    fs::create_dir_all(&folder).ok()?;
    Some(folder)
}

fn keep_logs(world: &Path, folder: &Path) -> Result<(), Error> {
    for entry in fs::read_dir(world)?.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "log") {
            fs::copy(&path, folder.join(entry.file_name()))?;
        }
    }
    Ok(())
}

fn breaches(verdict: &Verdict) -> String {
    let all = verdict.breaches.iter();
    let lines = all.flat_map(|(invariant, found)| {
        found
            .iter()
            .map(move |breach| format!("{invariant}: {breach}\n"))
    });
    lines.collect()
}
