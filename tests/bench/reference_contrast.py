#!/usr/bin/env python3
"""Writes tests/fixtures/compare/contrast.txt: contrasts of groups by NumPy, SciPy and pymoo.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install scipy pymoo
    /tmp/venv/bin/python tests/bench/reference_contrast.py > tests/fixtures/compare/contrast.txt

Three groups of 8 seeds and 4 points each; group 0 is the cheapest by construction, and one seed of
group 2 never gets to the error 0.2.  Lines that the test reads:
    jobs N, then N lines: x y group seed point      reference X Y
    least GROUP SEED LIMIT Y (none where Y is -1)   area GROUP SEED AREA (pymoo's hypervolume)
    test A B LIMIT N MEAN P  and  test A B area N MEAN P: paired, by scipy.stats.permutation_test
"""
import itertools

import numpy as np
import pymoo
import scipy
from pymoo.indicators.hv import HV
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting
from scipy.stats import permutation_test

GROUPS, SEEDS, POINTS, LIMITS, REFERENCE = 3, 8, 4, (0.1, 0.2), (0.45, 130.0)
rng = np.random.default_rng(11)
print(f"# NumPy {np.__version__}, SciPy {scipy.__version__}, pymoo {pymoo.__version__}, "
      "by tests/bench/reference_contrast.py")
jobs = {}
lines = []
for g, s in itertools.product(range(GROUPS), range(SEEDS)):
    x = np.array([0.06, 0.12, 0.25, 0.6]) + rng.uniform(0, 0.03, POINTS)
    if (g, s) == (2, 3):
        x += 0.3
    y = np.array([90, 60, 35, 10]) * (1 + 0.2 * (g > 0)) + rng.uniform(0, 8, POINTS)
    xy = np.round(np.c_[x, y], 6)
    jobs[g, s] = xy
    lines += [f"{a:.6f} {b:.6f} {g} {s} {g * POINTS + p}" for p, (a, b) in enumerate(xy)]
print(f"jobs {len(lines)}")
print("\n".join(lines))
print("reference %g %g" % REFERENCE)

least, area = {}, {}
for (g, s), xy in jobs.items():
    front = xy[NonDominatedSorting().do(xy, only_non_dominated_front=True)]
    front = front[front[:, 0].argsort()]
    for limit in LIMITS:
        there = front[0, 0] <= limit
        least[g, s, limit] = np.interp(limit, front[:, 0], front[:, 1]) if there else np.nan
        print(f"least {g} {s} {limit:g} {least[g, s, limit] if there else -1:.12g}")
    area[g, s] = HV(ref_point=np.array(REFERENCE))(xy)
    print(f"area {g} {s} {area[g, s]:.12g}")


def paired(name, a, b, value):
    d = np.array([[value[g, s] for s in range(SEEDS)] for g in (a, b)])
    d = d[:, np.isfinite(d).all(axis=0)]
    test = permutation_test(d, lambda u, v: np.mean(u - v), permutation_type="samples",
                            n_resamples=np.inf)
    print(f"test {a} {b} {name} {d.shape[1]} {np.mean(d[0] - d[1]):.12g} {test.pvalue:.12g}")


for a, b in (0, 1), (0, 2), (1, 2):
    for limit in LIMITS:
        paired(f"{limit:g}", a, b, {k[:2]: v for k, v in least.items() if k[2] == limit})
    paired("area", a, b, area)
