//! The picture: p99 latency against load, both axes logarithmic.

use std::{collections::HashMap, fmt::Write};

use crate::{open::Open, target::Target};

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 420.0;
/// Left, top, right, bottom: room for what stands beside the axes.
const MARGINS: [f64; 4] = [76.0, 24.0, 44.0, 88.0];

fn colour(target: Target) -> &'static str {
    match target {
        Target::Django => "#b45309",
        Target::SocketIo => "#4338ca",
        Target::SocketIoUnstored => "#94a3b8",
        Target::Layover => "#047857",
    }
}

/// One logarithmic axis: values from whole powers of ten to whole powers of ten, on pixels.
struct Axis {
    decades: [i32; 2],
    pixels: [f64; 2],
}

impl Axis {
    #[expect(clippy::cast_possible_truncation, reason = "a logarithm is small")]
    fn over(values: impl Iterator<Item = f64>, pixels: [f64; 2]) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(|value| *value > 0.0) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            (low, high) = (1.0, 10.0);
        }
        let first = low.log10().floor() as i32;
        let last = (high.log10().ceil() as i32).max(first + 1);
        Self {
            decades: [first, last],
            pixels,
        }
    }

    fn place(&self, value: f64) -> f64 {
        let [first, last] = self.decades.map(f64::from);
        let [start, end] = self.pixels;
        let part = (value.max(10_f64.powf(first)).log10() - first) / (last - first);
        start + part * (end - start)
    }

    fn powers(&self) -> impl Iterator<Item = f64> {
        (self.decades[0]..=self.decades[1]).map(|power| 10_f64.powi(power))
    }
}

pub(crate) fn latency_against_load(open: &HashMap<Target, Vec<Open>>) -> String {
    let [left, top, right, bottom] = MARGINS;
    let (right, bottom) = (WIDTH - right, HEIGHT - bottom);
    let p99 = |step: &Open| step.p99.as_secs_f64() * 1000.0;
    let steps = || open.values().flatten();
    let across = Axis::over(steps().map(Open::deliveries_per_second), [left, right]);
    let up = Axis::over(steps().map(p99), [bottom, top]);

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"12\" role=\"img\">\n\
         <title>p99 delivery latency against load, logarithmic axes</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    for power in across.powers() {
        let x = across.place(power);
        let _ = writeln!(
            svg,
            "<path d=\"M{x:.1} {top}V{bottom}\" stroke=\"#e2e8f0\"/>\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{power}</text>",
            bottom + 18.0
        );
    }
    for power in up.powers() {
        let y = up.place(power);
        let _ = writeln!(
            svg,
            "<path d=\"M{left} {y:.1}H{right}\" stroke=\"#e2e8f0\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{power} ms</text>",
            left - 6.0,
            y + 4.0
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">deliveries a second, 10 rooms of \
         20; hollow: more than it bears; p99 from when a message was due</text>",
        f64::midpoint(left, right),
        bottom + 38.0
    );
    for (number, target) in (0_u32..).zip(Target::ALL) {
        let Some(steps) = open.get(&target) else {
            continue;
        };
        let place = |step: &Open| {
            (
                across.place(step.deliveries_per_second()),
                up.place(p99(step)),
            )
        };
        line(
            &mut svg,
            target,
            steps.iter().map(|step| (place(step), step.is_borne())),
        );
        let x = left + f64::from(number) * 185.0;
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{:.1}\" r=\"4\" fill=\"{}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            bottom + 66.0,
            colour(target),
            x + 9.0,
            bottom + 70.0,
            target.name()
        );
    }
    svg += "</svg>\n";
    svg
}

/// A line through points; those that were not borne are hollow.
fn line(svg: &mut String, target: Target, points: impl Iterator<Item = ((f64, f64), bool)>) {
    let colour = colour(target);
    let (mut path, mut marks) = (String::new(), String::new());
    for ((x, y), borne) in points {
        let _ = write!(
            path,
            "{}{x:.1} {y:.1}",
            if path.is_empty() { "M" } else { "L" }
        );
        let fill = if borne { colour } else { "#ffffff" };
        let _ = writeln!(
            marks,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\" fill=\"{fill}\" stroke=\"{colour}\"/>"
        );
    }
    let _ = writeln!(
        svg,
        "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n{marks}"
    );
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_axis_reaches_from_power_to_power() {
        let axis = Axis::over([3.0, 70.0].into_iter(), [0.0, 200.0]);
        assert_eq!(axis.powers().collect::<Vec<_>>(), [1.0, 10.0, 100.0]);
        assert!((axis.place(10.0) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn each_target_has_a_line_and_a_name() {
        let step = Open {
            rate: 50.0,
            p50: Duration::from_millis(1),
            p99: Duration::from_millis(3),
            cpu: 1.0,
            wanted: 1000,
            arrived: 1000,
        };
        let open = Target::ALL.into_iter().map(|target| (target, vec![step]));
        let svg = latency_against_load(&open.collect());
        for target in Target::ALL {
            assert!(svg.contains(target.name()) && svg.contains(colour(target)));
        }
    }
}
