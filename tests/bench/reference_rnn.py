#!/usr/bin/env python3
"""Writes the known answers of tests/unit/check_rnn.c and tests/unit/check_adam.c, computed by PyTorch.

    python3 -m venv VENV && VENV/bin/pip install torch numpy
    VENV/bin/python tests/bench/reference_rnn.py tests/fixtures/rnn

One file for each activation: loss, and the gradient of every parameter; for relu also the
parameters after ten steps of Adam.  PyTorch's autograd and optim.Adam compute in float64 what the
test computes in float32, so that the differences seen are the test's own rounding.  Parameters,
inputs and labels come from a linear congruential generator that the test repeats.
"""
import pathlib
import sys

import numpy as np
import torch

I, H, O, T, B = 53, 36, 17, 20, 4
SHAPES = [(H, H), (H, I), (O, H), (H,), (O,)]  # W, W_in, W_out, b_h, b_o


class Congruential:
    """x <- 1664525 x + 1013904223 mod 2^32 (Numerical Recipes' quick generator)."""

    def __init__(self, seed):
        self.state = seed

    def bits(self):
        self.state = (1664525 * self.state + 1013904223) % 2**32
        return self.state >> 8

    def uniform(self, bound, *shape):
        """float32 numbers in +-bound."""
        n = int(np.prod(shape))
        unit = np.array([self.bits() for _ in range(n)], np.float32) * np.float32(2.0**-23)
        return (np.float32(bound) * (unit - np.float32(1))).reshape(shape)


def problem():
    source = Congruential(2024)
    params = [source.uniform(0.25, *shape) for shape in SHAPES]
    x = source.uniform(1.0, T, B, I)
    # every eighth label or so is left out of the mean
    labels = np.array([(source.bits() >> 4) % (O + 2) for _ in range(T * B)])
    labels[labels >= O] = -1
    return params, x, labels


def loss_of(params, x, labels, phi):
    w, w_in, w_out, b_h, b_o = params
    h, logits = torch.zeros(B, H, dtype=torch.float64), []
    for t in range(T):
        h = phi(h @ w.T + x[t] @ w_in.T + b_h)
        logits.append(h @ w_out.T + b_o)
    return torch.nn.functional.cross_entropy(torch.cat(logits), labels, ignore_index=-1)


def hexadecimal(tensors):
    """The bits of float32 numbers, ten to a line."""
    flat = np.concatenate([t.detach().numpy().ravel() for t in tensors]).astype("<f4").view("<u4")
    return "\n".join(" ".join(f"{b:08x}" for b in flat[i:i + 10]) for i in range(0, len(flat), 10))


def main(folder):
    start, x, labels = problem()
    x, labels = torch.tensor(x, dtype=torch.float64), torch.tensor(labels)
    # beyond its threshold PyTorch's softplus is z itself: moved out of the way
    softplus = torch.nn.Softplus(threshold=700)
    for name, phi in [("relu", torch.relu), ("tanh", torch.tanh), ("softplus", softplus)]:
        params = [torch.tensor(p, dtype=torch.float64, requires_grad=True) for p in start]
        loss = loss_of(params, x, labels, phi)
        loss.backward()
        text = [f"loss {loss.item():.12f}", "gradient", hexadecimal([p.grad for p in params])]
        if name == "relu":
            adam = torch.optim.Adam(params, lr=1e-3)
            for _ in range(10):
                adam.zero_grad()
                loss_of(params, x, labels, phi).backward()
                adam.step()
            text += ["after-ten-steps", hexadecimal(params)]
        (folder / f"{name}.txt").write_text("\n".join(text) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
