#!/usr/bin/env python3
"""One training step of this network here, in PyTorch and in JAX: one core, one thread, alternating.

    tests/bench/compare_peers.py [--build DIR] [--out DIR] [--sizes H:B,H:B,...] [--rounds N] [--venv DIR]

Run from anywhere, after `make bench_train` in the build directory.  Makes a virtual environment
with PyTorch and JAX from PyPI in --venv if it isn't there, and goes on inside of it.  Writes
peers.tsv, and peers.svg if gnuplot is here.  A step is a forward pass over T = 100 time steps,
cross-entropy, backpropagation through time and Adam, in float32, on one core with one thread.  All
start from our parameters on our first batch of trials, and must find our loss there; ours also
makes a new batch of trials for each step, while the others stay with the first.  In every round
each contender makes a few steps after the other; what is told is the median over the rounds, in
processor time, which others on the machine disturb least, and the median over the rounds of the
ratio to ours.

    ours      this program, in float32 as all below
    bf16      the same with bfloat16 products, where the processor has AMX (else as ours)
    rnn       torch.nn.RNN and a linear layer
    loop      the recurrence written out in Python
    compiled  the loop under torch.compile
    jax       jax.lax.scan under jax.jit
"""
import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

STEPS = 4  # of each contender in a round
GNUPLOT = """set terminal svg size 760,420 font 'sans,12'
set output 'peers.svg'
set datafile separator tab
set style data histogram
set style histogram clustered gap 1
set style fill solid 0.85 noborder
set xlabel 'units : batch'
set ylabel 'milliseconds a step (one core)'
set logscale y
set key outside right top
set grid y
plot for [c=2:{columns}] 'peers.tsv' using c:xtic(1) title columnheader(c)
"""


def enter_environment(venv):
    """Starts again on the environment's Python, on one core and with one thread."""
    python = venv / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "torch", "jax", "numpy"], check=True)
    if os.environ.get("BENCH_PEERS") != "inside":
        os.environ.update(BENCH_PEERS="inside", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1",
                          OPENBLAS_NUM_THREADS="1", JAX_PLATFORMS="cpu",
                          XLA_FLAGS="--xla_cpu_multi_thread_eigen=false")
        os.execv(python, [str(python), *sys.argv])
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


class Problem:
    """What bench_train --write wrote (tests/bench/problem.h), and the loss that it printed."""

    def __init__(self, build, H, B):
        import numpy as np

        with tempfile.NamedTemporaryFile() as file:
            text = run_ours(build, H, B, "--write", file.name)
            raw = pathlib.Path(file.name).read_bytes()
        self.loss = float(re.search(r"loss ([\d.]+)", text)[1])
        T, B, I, H, O, P = self.shape = np.frombuffer(raw, np.int32, 6).tolist()
        shapes = [(H, H), (H, I), (O, H), (H,), (O,)]  # W, W_in, W_out, b_h, b_o
        flat, at = np.frombuffer(raw, np.float32, P + T * B * I, 24), 0
        self.params = []
        for shape in shapes:
            n = int(np.prod(shape))
            self.params.append(flat[at : at + n].reshape(shape).copy())
            at += n
        self.x = flat[P:].reshape(T, B, I).copy()
        self.label = np.frombuffer(raw, np.int32, T * B, 24 + 4 * flat.size).astype(np.int64)


def torch_loop(problem, compiled):
    import torch

    T, B, I, H, O, _ = problem.shape
    params = [torch.tensor(p, requires_grad=True) for p in problem.params]
    x, label = torch.tensor(problem.x), torch.tensor(problem.label)

    def loss_of(w, w_in, w_out, b_h, b_o):
        drive = x.reshape(T * B, I) @ w_in.T + b_h
        drive, h, states = drive.reshape(T, B, H), torch.zeros(B, H), []
        for t in range(T):
            h = torch.relu(torch.addmm(drive[t], h, w.T))
            states.append(h)
        logits = torch.stack(states).reshape(T * B, H) @ w_out.T + b_o
        return torch.nn.functional.cross_entropy(logits, label)

    function = torch.compile(loss_of) if compiled else loss_of
    return torch_stepper(params, lambda: function(*params))


def torch_rnn(problem):
    import torch

    T, B, I, H, O, _ = problem.shape
    w, w_in, w_out, b_h, b_o = [torch.tensor(p) for p in problem.params]
    x, label = torch.tensor(problem.x), torch.tensor(problem.label)
    rnn = torch.nn.RNN(I, H, nonlinearity="relu")
    readout = torch.nn.Linear(H, O)
    rnn.load_state_dict({"weight_ih_l0": w_in, "weight_hh_l0": w,
                         "bias_ih_l0": b_h, "bias_hh_l0": torch.zeros(H)})
    readout.load_state_dict({"weight": w_out, "bias": b_o})

    def loss():
        states, _ = rnn(x)
        return torch.nn.functional.cross_entropy(readout(states).reshape(T * B, O), label)

    return torch_stepper([*rnn.parameters(), *readout.parameters()], loss)


def torch_stepper(params, loss):
    import torch

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    adam = torch.optim.Adam(params, lr=1e-3, fused=True)

    def step():
        adam.zero_grad()
        value = loss()
        value.backward()
        adam.step()
        return value.item()

    return step


def jax_scan(problem):
    import jax
    import jax.numpy as jnp

    T, B, _, H, _, _ = problem.shape
    params = [jnp.array(p) for p in problem.params]
    x, label = jnp.array(problem.x), jnp.array(problem.label.reshape(T, B))

    def loss_of(params):
        w, w_in, w_out, b_h, b_o = params

        def advance(h, drive):
            h = jax.nn.relu(h @ w.T + drive)
            return h, h

        drive = x @ w_in.T + b_h
        _, states = jax.lax.scan(advance, jnp.zeros((B, H)), drive)
        logits = jax.nn.log_softmax(states @ w_out.T + b_o)
        return -jnp.take_along_axis(logits, label[..., None], 2).mean()

    @jax.jit
    def update(params, m, v, n):
        loss, grad = jax.value_and_grad(loss_of)(params)
        m = [0.9 * a + 0.1 * g for a, g in zip(m, grad)]
        v = [0.999 * a + 0.001 * g * g for a, g in zip(v, grad)]
        first, second = 1e-3 / (1 - 0.9**n), 1 / (1 - 0.999**n)
        params = [p - first * a / (jnp.sqrt(second * b) + 1e-8) for p, a, b in zip(params, m, v)]
        return params, m, v, loss

    state = [params, [jnp.zeros_like(p) for p in params], [jnp.zeros_like(p) for p in params], 0]

    def step():
        state[3] += 1
        *state[:3], loss = update(*state[:3], float(state[3]))
        jax.block_until_ready(state[0])
        return float(loss)

    return step


PEERS = {
    "rnn": torch_rnn,
    "loop": lambda problem: torch_loop(problem, False),
    "compiled": lambda problem: torch_loop(problem, True),
    "jax": jax_scan,
}


def peer_milliseconds(step):
    start = time.process_time()
    for _ in range(STEPS):
        step()
    return 1e3 * (time.process_time() - start) / STEPS


def run_ours(build, H, B, *more):
    run = [build / "bench_train", "--hidden-grid", str(round(H**0.5)), "--batch", str(B),
           "--regularizer", "none", *more]
    return subprocess.run(run, check=True, capture_output=True, text=True).stdout


def our_milliseconds(build, H, B, *more):
    """Milliseconds a step, and the core's peak in GFLOP/s measured right after."""
    text = run_ours(build, H, B, "--steps", str(STEPS), *more)
    return [float(re.search(p, text)[1]) for p in (r"step +([\d.]+) ms", r"peak +([\d.]+) G")]


def prepare(problem, name):
    """A contender, compiled and with its memory touched; it must agree with us on the first loss."""
    step = PEERS[name](problem)
    loss = step()
    step()
    if abs(loss - problem.loss) > 1e-4 * problem.loss:
        sys.exit(f"compare_peers: {name} finds a loss of {loss}, we of {problem.loss}")
    return step


def race(build, H, B, rounds, names):
    problem = Problem(build, H, B)
    steppers = {name: prepare(problem, name) for name in names}
    bf16 = "amx_bf16" in pathlib.Path("/proc/cpuinfo").read_text()
    times = {name: [] for name in ["ours", "bf16", "peak", *steppers]}
    for _ in range(rounds):
        ours, peak = our_milliseconds(build, H, B)
        times["ours"].append(ours)
        times["peak"].append(peak)
        times["bf16"].append(our_milliseconds(build, H, B, "--bf16")[0] if bf16 else ours)
        for name, step in steppers.items():
            times[name].append(peer_milliseconds(step))
    return problem.shape, times


def report(out, shape, times):
    T, B, I, H, O, _ = shape
    flops = 6 * T * B * (H * H + H * I + H * O)
    middle = {name: statistics.median(t) for name, t in times.items()}
    peak = middle.pop("peak")
    print(f"H {H}, B {B}: {flops / 1e9:.2f} GFLOP a step, peak {peak:.0f} GFLOP/s")
    for name, ms in middle.items():
        ratio = statistics.median(a / b for a, b in zip(times[name], times["ours"]))
        rate = flops / ms / 1e6
        print(f"  {name:9} {ms:8.2f} ms  {rate:6.1f} GFLOP/s  {rate / peak:5.1%} of peak"
              f"  {ratio:5.2f} x ours")
    with open(out / "peers.tsv", "a") as table:
        if table.tell() == 0:
            print("size", *middle, sep="\t", file=table)
        print(f"{H}:{B}", *(f"{ms:.3f}" for ms in middle.values()), sep="\t", file=table)
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("."))
    parser.add_argument("--sizes", default="100:32,196:32,400:32,400:128,900:32")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--peers", default="rnn,loop,compiled,jax")
    parser.add_argument("--venv", type=pathlib.Path, default=pathlib.Path("/tmp/brainsweep-peers"))
    args = parser.parse_args()
    enter_environment(args.venv)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "peers.tsv").unlink(missing_ok=True)
    names = args.peers.split(",")
    for size in args.sizes.split(","):
        H, B = map(int, size.split(":"))
        report(args.out, *race(args.build, H, B, args.rounds, names))
    (args.out / "peers.gp").write_text(GNUPLOT.format(columns=len(names) + 3))
    if shutil.which("gnuplot"):
        subprocess.run(["gnuplot", "peers.gp"], cwd=args.out, check=True)


if __name__ == "__main__":
    main()
