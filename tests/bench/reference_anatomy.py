#!/usr/bin/env python3
"""Writes tests/fixtures/anatomy/reference.txt: anatomy of a small network by NumPy and SciPy.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install scipy
    /tmp/venv/bin/python tests/bench/reference_anatomy.py > tests/fixtures/anatomy/reference.txt

A 5 x 5 grid, weights of many sizes, 18 important units in four clusters of 9, 5, 3 and 1 members.
Weights are float32, so that both programs read the same numbers.  Lines that the test reads:
    weights, then 25 rows of 25      units N, then N lines: place, cluster, weight
    links THRESHOLD CONNECTIONS BETWEEN_UNITS LENGTH         self_weight SHARE
    size MEAN BY_MEMBERS             radius MEAN NULL_MEAN NULL_SD, radius_weighted likewise
    profile WHICH STEPS PAIRS MEAN_WEIGHT ACTIVE             spread NAME SKEWNESS KURTOSIS, numbers
"""
import itertools

import numpy as np
import scipy
from scipy.spatial.distance import cdist, pdist
from scipy.stats import kurtosis, skew

G, MEMBERS = 5, (9, 5, 3, 1)
rng = np.random.default_rng(7)
xy = np.array(list(itertools.product(range(G), range(G))), float)
D = cdist(xy, xy, "cityblock") / G
W = (rng.choice([-1, 1], (G * G, G * G)) * 10.0 ** rng.uniform(-4, 0.3, (G * G, G * G))).astype(
    np.float32
)
print(f"# NumPy {np.__version__}, SciPy {scipy.__version__}, by tests/bench/reference_anatomy.py")
print("weights")
for row in W:
    print(" ".join(f"{v:.9g}" for v in row))

n = sum(MEMBERS)
place = rng.permutation(G * G)[:n]
cluster = np.repeat(np.arange(len(MEMBERS)), MEMBERS)
weight = np.round(rng.exponential(size=n), 4)
print(f"units {n}")
for row in zip(place, cluster, weight):
    print(*row)

A = np.abs(W.astype(float))
for threshold in 1e-3, 1e-2, 1e-1:
    on = np.abs(W) > np.float32(threshold)
    print(f"links {threshold:g} {on.sum()} {on.sum() - np.trace(on)} {(on * D).sum():.12g}")
print(f"self_weight {np.trace(A) / A.sum():.12g}")

sizes = [pdist(xy[place[cluster == c]], "cityblock").mean() / G for c in range(len(MEMBERS) - 1)]
print(f"size {np.mean(sizes):.12g} {np.average(sizes, weights=MEMBERS[:-1]):.12g}")

rho = np.abs(2 * xy - (G - 1)).max(axis=1) / (G - 1)
p, N, v = weight / weight.sum(), G * G, rho.var()
sd = np.sqrt(v / n * (N - n) / (N - 1))
print(f"radius {rho[place].mean():.12g} {rho.mean():.12g} {sd:.12g}")
sd = np.sqrt(v * N / (N - 1) * ((p * p).sum() - 1 / N))
print(f"radius_weighted {(rho[place] * p).sum():.12g} {rho.mean():.12g} {sd:.12g}")

group = np.full(N, -1)
group[place] = cluster
known = (group[:, None] >= 0) & (group[None, :] >= 0)
same = group[:, None] == group[None, :]
for which, mask in ("all", D > 0), ("within", known & same), ("between", known & ~same):
    for steps in range(1, 2 * G - 1):
        at = mask & (np.rint(D * G) == steps)
        k = at.sum()
        mean, active = (A[at].mean(), (np.abs(W)[at] > np.float32(1e-2)).mean()) if k else (0, 0)
        print(f"profile {which} {steps} {k} {mean:.12g} {active:.12g}")

for name, x in (
    ("normal", rng.normal(size=400)),
    ("rare", rng.poisson(1, 400)),
    ("chi2", rng.chisquare(1, 400)),
    ("coin", rng.integers(0, 2, 400)),
    ("count", rng.poisson(9, 400)),
):
    print(f"spread {name} {len(x)} {skew(x):.12g} {kurtosis(x):.12g}")
    print(" ".join(f"{v:.6g}" for v in x))
