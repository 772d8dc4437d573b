#!/usr/bin/env python3
"""What others take for the same, in one table: handing out short jobs, and steps of training.

    tests/bench/peers_table.py [--build DIR] [--venv DIR] [--out FILE] [--rounds N] [--rows NAME,...]

Run after `make` and `make bench_train` in the build directory.  Makes a virtual environment with
the others from PyPI in --venv if it isn't there, and writes the table to --out, which is
tests/bench/peers.txt.  Rows take turns in every round, and a row is the median of its rounds.  One
whose software is not here, or fails, says so.

    dispatch   jobs of 0 ms a second, on two workers: brainsweep with a durable row of its database
               a job, all others without any storage
    training   milliseconds that a step of one network takes, on one core with one thread: 400
               units, a batch of 32, 100 time steps, float32
"""
import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = ["torch", "joblib", "dask[distributed]", "ray", "hyperqueue", "neurogym"]
UNITS, BATCH, TIME, STEPS, NETWORKS = 400, 32, 100, 3, 4
ENVIRONMENT = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_rmaps_base_oversubscribe": "1",
    "OMPI_MCA_hwloc_base_binding_policy": "none",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
TIMEOUT = 150  # seconds for one row of one round


class Missing(Exception):
    """Why there is no figure."""


# ---- dispatch: each returns jobs a second


def dispatch_ours(build):
    with tempfile.TemporaryDirectory() as directory:
        sweep, database = f"{directory}/d.sweep", f"{directory}/d.db"
        jobs = 10000
        pathlib.Path(sweep).write_text(
            f'name = "d"\nexperiment = "probe"\naxes {{ seed = {{"1..{jobs}"}} }}\n')
        subprocess.run(["mpirun", "-n", "3", build / "brainsweep", "run", sweep, "--db", database],
                       check=True, stdin=subprocess.DEVNULL, capture_output=True)
        import sqlite3

        connection = sqlite3.connect(database)
        query = "SELECT count(*), (julianday(max(finished)) - julianday(min(started))) * 86400"
        done, seconds = connection.execute(query + " FROM attempt WHERE outcome = 'done'").fetchone()
        connection.close()
    if done != jobs:
        raise Missing(f"{jobs - done} jobs were not done")
    return done / seconds


def rate(jobs, run):
    """Jobs a second of run(arguments); a few before, so that the workers are there."""
    run(range(10))
    start = time.monotonic()
    run(range(jobs))
    return jobs / (time.monotonic() - start)


def dispatch_joblib(_):
    from joblib import Parallel, delayed

    with Parallel(n_jobs=2) as pool:
        return rate(20000, lambda numbers: pool(delayed(abs)(i) for i in numbers))


def dispatch_dask(_):
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            return rate(2000, lambda numbers: client.gather(client.map(abs, numbers, pure=False)))


def dispatch_ray(_):
    import ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    job = ray.remote(lambda number: number)  # not a builtin
    return rate(3000, lambda numbers: ray.get([job.remote(i) for i in numbers]))


def dispatch_hyperqueue(_):
    from hyperqueue import Job, LocalCluster
    from hyperqueue.cluster import WorkerConfig

    def run(numbers):
        job = Job()
        for _ in numbers:
            job.program(["true"])
        client.wait_for_jobs([client.submit(job)])

    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)  # it writes there
        with LocalCluster() as cluster:
            cluster.start_worker(WorkerConfig(cores=2))
            client = cluster.client()
            return rate(150, run)


# ---- training: each returns milliseconds of one core for a step of one network


def training_ours(build):
    text = subprocess.run(
        [build / "bench_train", "--hidden-grid", str(round(UNITS**0.5)), "--batch", str(BATCH),
         "--regularizer", "none", "--steps", str(STEPS)], check=True, capture_output=True, text=True)
    return float(re.search(r"step +([\d.]+) ms", text.stdout)[1])


def milliseconds(step, networks=1):
    step()
    start = time.process_time()
    for _ in range(STEPS):
        step()
    return 1e3 * (time.process_time() - start) / STEPS / networks


def our_problem(build):
    """Our parameters and our first batch of trials."""
    from compare_peers import Problem

    return Problem(build, UNITS, BATCH)


def training_torch(build):
    from compare_peers import torch_rnn

    return milliseconds(torch_rnn(our_problem(build)))


def training_vmap(build):
    """NETWORKS networks in one step, by torch.func.vmap over their parameters."""
    import torch

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    problem = our_problem(build)
    T, B, I, H, O, _ = problem.shape
    x, label = torch.tensor(problem.x), torch.tensor(problem.label)
    params = [torch.tensor(p).repeat(NETWORKS, *[1] * p.ndim).requires_grad_()
              for p in problem.params]

    def loss_of(w, w_in, w_out, b_h, b_o):
        drive = (x.reshape(T * B, I) @ w_in.T + b_h).reshape(T, B, H)
        h, states = torch.zeros(B, H), []
        for t in range(T):
            h = torch.relu(drive[t] + h @ w.T)
            states.append(h)
        logits = torch.stack(states).reshape(T * B, H) @ w_out.T + b_o
        return torch.nn.functional.cross_entropy(logits, label)

    adam = torch.optim.Adam(params, lr=1e-3, fused=True)

    def step():
        adam.zero_grad()
        torch.func.vmap(loss_of)(*params).sum().backward()
        adam.step()

    return milliseconds(step, NETWORKS)


def training_neurogym(_):
    """The usual pipeline: its Dataset makes the trials of each step for torch.nn.RNN."""
    import neurogym
    import torch

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    data = neurogym.Dataset("PerceptualDecisionMaking-v0", env_kwargs={"dt": 20},
                            batch_size=BATCH, seq_len=TIME)
    inputs, outputs = data.env.observation_space.shape[0], int(data.env.action_space.n)
    rnn = torch.nn.RNN(inputs, UNITS, nonlinearity="relu")
    readout = torch.nn.Linear(UNITS, outputs)
    adam = torch.optim.Adam([*rnn.parameters(), *readout.parameters()], lr=1e-3, fused=True)

    def step():
        x, label = data()
        states, _ = rnn(torch.as_tensor(x, dtype=torch.float32))
        adam.zero_grad()
        torch.nn.functional.cross_entropy(readout(states).flatten(0, 1),
                                          torch.as_tensor(label).flatten().long()).backward()
        adam.step()

    return milliseconds(step)


# ---- the table

ROWS = [  # name, what it is, its function, part of the table
    ("brainsweep", "brainsweep, durable", dispatch_ours, "dispatch"),
    ("joblib", "joblib", dispatch_joblib, "dispatch"),
    ("dask", "Dask distributed", dispatch_dask, "dispatch"),
    ("ray", "Ray", dispatch_ray, "dispatch"),
    ("hyperqueue", "HyperQueue, a process a job", dispatch_hyperqueue, "dispatch"),
    ("ours", "brainsweep", training_ours, "training"),
    ("torch", "PyTorch, nn.RNN", training_torch, "training"),
    ("vmap", f"PyTorch, vmap of {NETWORKS} networks", training_vmap, "training"),
    ("neurogym", "NeuroGym and PyTorch", training_neurogym, "training"),
]
UNIT = {"dispatch": "jobs of 0 ms a second, on two workers",
        "training": f"ms a step and network, {UNITS} units, on one core"}


def measure(name, build):
    """One row in this process: its figure, or why there is none, on a line of its own."""
    function, part = next((row[2], row[3]) for row in ROWS if row[0] == name)
    if part == "training":
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    try:
        print(f"\nfigure {function(build)}")
    except ImportError as why:
        print(f"\nmissing not installed: {why}")
    except Exception as why:  # whatever others may throw
        print(f"\nmissing {type(why).__name__}: {' '.join(str(why).split())[:60]}")


def ask(python, name, build):
    """One row, in a process of its own."""
    command = [python, __file__, "--row", name, "--build", build]
    try:
        text = subprocess.run(command, env={**os.environ, **ENVIRONMENT}, capture_output=True,
                              text=True, timeout=TIMEOUT).stdout
    except subprocess.TimeoutExpired:
        raise Missing(f"took more than {TIMEOUT} s") from None
    found = re.search(r"^(figure|missing) (.*)$", text, re.M)
    if not found:
        raise Missing("it ended without a word")
    if found[1] == "missing":
        raise Missing(found[2])
    return float(found[2])


def processor():
    text = pathlib.Path("/proc/cpuinfo").read_text()
    found = re.search(r"model name\s*: (.*)", text)
    return found[1] if found else "an unknown processor"


def write_table(out, figures, missing, rounds):
    lines = [f"{processor()}, {os.cpu_count()} cores; medians of {rounds}; by "
             "tests/bench/peers_table.py"]
    for part, unit in UNIT.items():
        rows = [row for row in ROWS if row[3] == part and (figures[row[0]] or row[0] in missing)]
        if not rows:
            continue
        lines += ["", f"{unit}:"]
        ours = statistics.median(figures[rows[0][0]]) if figures[rows[0][0]] else None
        for name, title, _, _ in rows:
            if not figures[name]:
                lines.append(f"    {title:<30} {'-':>10}   {missing[name]}")
                continue
            x = statistics.median(figures[name])
            ratio = f"{x / ours:6.2f} x ours" if ours else ""
            lines.append(f"    {title:<30} {x:10,.{0 if x >= 100 else 1}f}   {ratio}")
    text = "\n".join(lines) + "\n"
    out.write_text(text)
    print(text, end="")


def environment(venv):
    """The environment's Python; what cannot be installed is missing from the table."""
    python = venv / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        for package in PACKAGES:
            subprocess.run([python, "-m", "pip", "install", "-q", package], check=False)
    return python


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--venv", type=pathlib.Path, default=pathlib.Path("/tmp/brainsweep-table"))
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "peers.txt")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", default=",".join(row[0] for row in ROWS))
    parser.add_argument("--row", help=argparse.SUPPRESS)
    args = parser.parse_args()
    build = args.build.resolve()
    if args.row:
        return measure(args.row, build)
    names = args.rows.split(",")
    unknown = set(names) - {row[0] for row in ROWS}
    if unknown:
        parser.error(f"there is no row {', '.join(sorted(unknown))}")
    python = environment(args.venv)
    figures, missing = {row[0]: [] for row in ROWS}, {}
    for _ in range(args.rounds):
        for name in names:
            if name in missing:
                continue
            try:
                figures[name].append(ask(python, name, build))
            except Missing as why:
                missing[name] = str(why)
    write_table(args.out, figures, missing, args.rounds)


if __name__ == "__main__":
    main()
