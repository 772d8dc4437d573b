#!/usr/bin/env python3
"""Writes tests/fixtures/cluster/reference.txt: what scikit-learn says of clusterings.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install scikit-learn
    /tmp/venv/bin/python tests/bench/reference_cluster.py > tests/fixtures/cluster/reference.txt

Two sets of points: five well-separated blobs, and rows drawn without any structure.  Every value is
a float32, so that both programs read the same numbers.  Lines that the test reads:
    points NAME N R, then N lines of R numbers
    labels NAME SET K, then one line of N labels
    silhouette LABELS MEAN      ari LABELS LABELS INDEX
    inertia SET K SUM           chosen SET K
    start SET K SUM, then K rows of R centres, then N labels: Lloyd's iteration from there
    mean SET K SUM: inertia of one start of greedy k-means++, mean over many
"""
import numpy as np
import sklearn
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score


def points(name, x):
    print(f"points {name} {x.shape[0]} {x.shape[1]}")
    for row in x:
        print(" ".join(f"{v:.9g}" for v in row))


def labels(name, set_name, x, label):
    print(f"labels {name} {set_name} {label.max() + 1}")
    print(" ".join(str(v) for v in label))
    print(f"silhouette {name} {silhouette_score(x.astype(float), label):.12g}")


def kmeans(x, k):
    return KMeans(k, n_init=20, random_state=0, algorithm="lloyd").fit(x.astype(float))


def start(set_name, x, centre):
    fit = KMeans(len(centre), init=centre.astype(float), n_init=1).fit(x.astype(float))
    print(f"start {set_name} {len(centre)} {fit.inertia_:.12g}")
    for row in centre:
        print(" ".join(f"{v:.9g}" for v in row))
    print(" ".join(str(v) for v in fit.labels_))


def main():
    print(f"# scikit-learn {sklearn.__version__}, by tests/bench/reference_cluster.py")
    r = np.random.default_rng(7)
    truth = np.repeat(np.arange(5), (40, 30, 20, 10, 20))
    centre = 4 * np.eye(5, 6) + r.uniform(0, 1, (5, 6))
    blobs = (centre[truth] + 0.4 * r.normal(size=(120, 6))).astype(np.float32)
    flat = r.uniform(0, 1, (60, 4))
    flat = (flat / flat.max(axis=1, keepdims=True)).astype(np.float32)
    points("blobs", blobs)
    points("flat", flat)

    fits = {k: kmeans(blobs, k) for k in range(2, 13)}
    scores = {k: silhouette_score(blobs.astype(float), f.labels_) for k, f in fits.items()}
    for k in (2, 3, 4, 5):
        print(f"inertia blobs {k} {fits[k].inertia_:.12g}")
    print(f"chosen blobs {max(scores, key=scores.get)}")

    four = kmeans(flat, 4)
    print(f"inertia flat 4 {four.inertia_:.12g}")
    many = [KMeans(8, n_init=1, random_state=i).fit(flat.astype(float)).inertia_ for i in range(500)]
    print(f"mean flat 8 {np.mean(many):.12g}")
    # two of the centres get no point at first: scikit-learn moves them to the farthest points
    start("flat", flat, np.vstack([flat[:4], flat[4:6] + 50]).astype(np.float32))
    start("flat", flat, flat[10:22])
    random = r.integers(0, 6, 60)
    lonely = np.minimum(np.arange(60), 3)  # three clusters of one point, one of the rest
    labels("truth", "blobs", blobs, truth)
    labels("merged", "blobs", blobs, np.minimum(truth, 2))
    labels("four", "flat", flat, four.labels_)
    labels("random", "flat", flat, random)
    labels("lonely", "flat", flat, lonely)
    for a, b, la, lb in (
        ("four", "random", four.labels_, random),
        ("four", "lonely", four.labels_, lonely),
        ("random", "lonely", random, lonely),
        ("truth", "merged", truth, np.minimum(truth, 2)),
        ("four", "four", four.labels_, four.labels_),
    ):
        print(f"ari {a} {b} {adjusted_rand_score(la, lb):.12g}")


if __name__ == "__main__":
    main()
