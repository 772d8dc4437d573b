#!/usr/bin/env python3
"""Reference for lib/modules: two modules in PyTorch, in float64.

    reference_modules.py DIR          writes DIR/separate.txt and DIR/shared.txt: loss, gradient and
                                      parameters after ten steps of AdamW, for two settings
    reference_modules.py --time D N   seconds (of the processor) of an epoch of 30,000 trials, D pixels and
                                      N units a module

Parameters, mask, inputs and labels come from the generator of tests/unit/modules_reference.h.
"""
import struct
import sys
import time

import torch

CLASSES = 10


class Generator:
    """The linear congruential generator of the test."""

    def __init__(self, state):
        self.state = state

    def bits(self):
        self.state = (1664525 * self.state + 1013904223) % 2**32
        return self.state >> 8

    def uniform(self, bound, *shape):
        count = 1
        for side in shape:
            count *= side
        bound = struct.unpack("f", struct.pack("f", bound))[0]
        flat = [bound * (self.bits() / 2**23 - 1) for _ in range(count)]
        return torch.tensor(flat, dtype=torch.float32).double().reshape(shape)


class TwoModules:
    """W, W_in, V, b in this order, as in modnet.h."""

    def __init__(self, n, inputs, outputs, shared_input, shared_readout, link_start, mask):
        self.n, self.outputs, self.link_start = n, outputs, link_start
        self.shared_input, self.shared_readout = shared_input, shared_readout
        readouts, seen = (1, 2 * n) if shared_readout else (2, n)
        self.shapes = [(2 * n, 2 * n), (2 * n, inputs), (readouts, outputs * CLASSES, seen),
                       (readouts, outputs * CLASSES)]
        self.mask = mask
        link = torch.zeros(2 * n, 2 * n, dtype=torch.bool)
        link[:n, n:] = link[n:, :n] = True
        self.within = (~link).to(mask.dtype)

    def hidden(self, x, w, w_in):
        """x is (T,B,2,d); the last h."""
        n, h = self.n, torch.zeros(x.shape[1], 2 * self.n, dtype=x.dtype)
        for t in range(x.shape[0]):
            works = self.mask if t + 1 >= self.link_start else self.mask * self.within
            if self.shared_input:
                z = x[t].reshape(x.shape[1], -1) @ w_in.T
            else:
                z = torch.cat([x[t, :, 0] @ w_in[:n].T, x[t, :, 1] @ w_in[n:].T], dim=1)
            h = torch.tanh(z + h @ (w * works).T)
        return h

    def loss(self, params, x, label):
        w, w_in, v, b = params
        n, h = self.n, self.hidden(x, w, w_in)
        if self.shared_readout:
            chosen = (h @ v[0].T + b[0]).reshape(-1, self.outputs, CLASSES)
        else:
            logits = torch.stack([h[:, :n] @ v[0].T + b[0], h[:, n:] @ v[1].T + b[1]])
            logits = logits.reshape(2, -1, self.outputs, CLASSES)
            winner = logits.max(dim=3).values.argmax(dim=0)
            index = winner[None, :, :, None].expand(1, -1, -1, CLASSES)
            chosen = logits.gather(0, index)[0]
        return torch.nn.functional.cross_entropy(chosen.reshape(-1, CLASSES), label.reshape(-1))


def setting(name):
    """As modules_reference_load of the test."""
    shared = name == "shared"
    n, d, T, B, outputs, link_start = (5, 8, 5, 16, 1, 3) if shared else (6, 8, 5, 16, 2, 1)
    g = Generator(2025)
    mask = torch.zeros(2 * n, 2 * n, dtype=torch.float64)
    for i in range(2 * n):
        for j in range(2 * n):
            link = (i < n) != (j < n)
            mask[i, j] = (g.bits() >> 4) % 4 == 0 if link else i != j
    model = TwoModules(n, 2 * d if shared else d, outputs, shared, shared, link_start, mask)
    params = [g.uniform(0.5, *shape) for shape in model.shapes]
    params[0] *= mask
    x = g.uniform(1, T, B, 2, d)
    label = torch.tensor([(g.bits() >> 4) % CLASSES for _ in range(B * outputs)])
    return model, [p.requires_grad_() for p in params], x, label


def words(title, tensors):
    flat = torch.cat([t.detach().reshape(-1) for t in tensors]).float().tolist()
    lines = [title]
    for i in range(0, len(flat), 10):
        lines.append(" ".join(struct.pack(">f", x).hex() for x in flat[i:i + 10]))
    return "\n".join(lines) + "\n"


def write(directory, name):
    model, params, x, label = setting(name)
    loss = model.loss(params, x, label)
    gradient = torch.autograd.grad(loss, params)
    optimizer = torch.optim.AdamW(params, lr=1e-3, weight_decay=0.1)
    for _ in range(10):
        optimizer.zero_grad()
        model.loss(params, x, label).backward()
        optimizer.step()
    with open(f"{directory}/{name}.txt", "w", encoding="ascii") as file:
        file.write(f"loss {loss.item():.17g}\n")
        file.write(words("gradient", gradient) + words("after-ten-steps", params))


def structured_noise(clean, T, r):
    """clean is (B,2,d); (T,B,2,d) with five members of the batch a trial, masks shared by it."""
    B = clean.shape[0]
    steps = []
    for _ in range(T):
        nu = torch.zeros_like(clean)
        members = torch.rand(B, B).topk(5, dim=1).indices
        for s in range(5):
            nu += (torch.rand(clean.shape[1:]) < 0.2) * clean[members[:, s]] / 5
        steps.append((1 - r) * clean + r * nu)
    return torch.stack(steps)


def measure_time(d, n, epochs=3):
    """An epoch of 30,000 trials in batches of 256: noise, loss, gradient, AdamW, in float32."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    mask = torch.ones(2 * n, 2 * n)
    model = TwoModules(n, d, 2, False, False, 1, mask)
    params = [((2 * torch.rand(shape) - 1) / (2 * n)**0.5).requires_grad_()
              for shape in model.shapes]
    optimizer = torch.optim.AdamW(params, lr=1e-3, weight_decay=1e-5)
    images, labels = torch.randn(30000, 2, d), torch.randint(CLASSES, (30000, 2))
    best = float("inf")
    for _ in range(epochs):
        begin, order = time.process_time(), torch.randperm(30000)
        for i in range(0, 30000 - 255, 256):
            trials = order[i:i + 256]
            optimizer.zero_grad()
            x = structured_noise(images[trials], 5, 0.4)
            model.loss(params, x, labels[trials]).backward()
            optimizer.step()
        best = min(best, time.process_time() - begin)
    print(f"{best:.3f} s an epoch of 30000 trials, d = {d}, n = {n}, PyTorch {torch.__version__}")


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "--time":
        measure_time(int(sys.argv[2]), int(sys.argv[3]))
    elif len(sys.argv) == 2:
        for each in ("separate", "shared"):
            write(sys.argv[1], each)
    else:
        sys.exit(__doc__)
