"""Writes late_entries.json: what lifelines makes of cases that are watched from late on, and of
three groups. Needs lifelines 0.30.3."""

import json

import numpy as np
from lifelines import KaplanMeierFitter
from lifelines.datasets import load_multicenter_aids_cohort_study
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import qth_survival_time


def number(value):
    return float(value) if np.isfinite(value) else None


def curve_of(name, time, event, entry):
    fitter = KaplanMeierFitter().fit(time, event, entry=entry)
    curve, band = fitter.survival_function_, fitter.confidence_interval_
    return {
        "name": name,
        "n": len(time),
        "events": int(event.sum()),
        "time": time.tolist(),
        "event": event.tolist(),
        "entry": entry.tolist(),
        "q": {str(p): number(fitter.percentile(1 - p)) for p in (0.1, 0.25, 0.5, 0.75, 0.9)},
        "median_ci95_loglog": [number(qth_survival_time(0.5, band.iloc[:, [edge]])) for edge in (0, 1)],
        "curve": np.column_stack([curve.index, curve.iloc[:, 0], band]).tolist(),
    }


cohort = load_multicenter_aids_cohort_study()
chance = np.random.default_rng(7)
time = chance.integers(1, 60, 80)
entry = np.where(chance.random(80) < 0.5, 0, chance.integers(0, time))
event = (chance.random(80) < 0.7).astype(int)
group = chance.integers(0, 3, 80)
test = multivariate_logrank_test(time, group, event)
sets = [
    curve_of("aids", cohort["T"].to_numpy(float), cohort["D"].to_numpy(int), cohort["W"].to_numpy(float)),
    curve_of("ties", time.astype(float), event, entry.astype(float)),
]
groups = {
    "time": time.astype(float).tolist(),
    "event": event.tolist(),
    "group": group.tolist(),
    "logrank": [test.test_statistic, test.p_value],
}
with open("late_entries.json", "w") as file:
    json.dump({"sets": sets, "groups": groups}, file, separators=(",", ":"))
