"""PyTorch, NumPy or scikit-learn as a contestant: native.py LIBRARY THREADS.

Speaks as contest/serve.mjs does: a line of JSON on standard input, one on file descriptor 3.
"""

import json
import os
import statistics
import sys
import time

LIBRARY, THREADS = sys.argv[1], int(sys.argv[2])
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(THREADS)

import numpy as np  # noqa: E402 (threads are read at import)

SAMPLE_S = 50e-6


def torch_call(asked, arrays):
    import torch
    from torch.nn import functional as F

    a = {name: torch.from_numpy(values) for name, values in arrays.items()}
    y, p, w = a["yTrue"], a["yPred"], a.get("sampleWeight")
    if asked["task"] == "sparseLogits":
        y = y.long()
        p = p.reshape(-1, asked["classes"])
    losses = {
        "squared": F.mse_loss,
        "absolute": F.l1_loss,
        "huber": lambda p, y, reduction="mean": F.huber_loss(p, y, reduction=reduction, delta=asked["delta"]),
        "binary": F.binary_cross_entropy,
        "binaryLogits": F.binary_cross_entropy_with_logits,
        "sparseLogits": F.cross_entropy,
    }
    loss = losses[asked["task"]]
    verb = asked["verb"]
    torch.set_grad_enabled(verb == "valueAndGradient")
    if verb == "valueAndGradient":
        p.requires_grad_(True)

        def call():
            value = loss(p, y)
            (gradient,) = torch.autograd.grad(value, p)
            return value, gradient

        def answer():
            value, gradient = call()
            return value.item(), gradient.numpy()

        return call, answer
    if verb == "perSample":
        call = lambda: loss(p, y, reduction="none")
        return call, lambda: (None, call().numpy())
    if asked["weighted"]:
        if asked["task"] != "binary":
            return "its losses take no weights of samples"
        call = lambda: F.binary_cross_entropy(p, y, weight=w, reduction="sum") / w.sum()
    else:
        call = lambda: loss(p, y)
    return call, lambda: (call().item(), None)


def numpy_call(asked, a):
    y, p, w = a["yTrue"], a["yPred"], a.get("sampleWeight")
    delta, classes = asked["delta"], asked["classes"]
    if asked["task"] == "sparseLogits":
        p = p.reshape(-1, classes)
        at = np.arange(len(y))

    def huber():
        d = np.abs(p - y)
        return np.where(d <= delta, 0.5 * d * d, delta * (d - 0.5 * delta))

    def cross_entropy():
        z = p - p.max(axis=1, keepdims=True)
        return np.log(np.exp(z).sum(axis=1)) - z[at, y]

    losses = {
        "squared": lambda: np.square(p - y),
        "absolute": lambda: np.abs(p - y),
        "huber": huber,
        "binary": lambda: -(y * np.log(p) + (1 - y) * np.log(1 - p)),
        "binaryLogits": lambda: np.maximum(p, 0) - p * y + np.log1p(np.exp(-np.abs(p))),
        "sparseLogits": cross_entropy,
    }
    loss = losses[asked["task"]]
    if asked["verb"] == "perSample":
        return loss, lambda: (None, loss())
    if asked["verb"] == "valueAndGradient":
        return "it has no gradients"
    call = (lambda: np.average(loss(), weights=w)) if asked["weighted"] else (lambda: loss().mean())
    return call, lambda: (float(call()), None)


def sklearn_call(asked, a):
    from sklearn import metrics

    y, p, w = a["yTrue"], a["yPred"], a.get("sampleWeight")
    losses = {
        "squared": metrics.mean_squared_error,
        "absolute": metrics.mean_absolute_error,
        "binary": metrics.log_loss,
    }
    if asked["verb"] != "mean":
        return "its metrics are means"
    if asked["task"] not in losses:
        return "it has no such metric"
    loss = losses[asked["task"]]
    call = lambda: loss(y, p, sample_weight=w)
    return call, lambda: (float(call()), None)


def versions():
    found = {"Python": sys.version.split()[0], "NumPy": np.__version__}
    if LIBRARY == "torch":
        import torch

        torch.set_num_threads(THREADS)
        found["PyTorch"] = torch.__version__
    if LIBRARY == "sklearn":
        import sklearn

        found["scikit-learn"] = sklearn.__version__
    return found


class Contestant:
    call = None
    repeats = 1

    def sample(self, repeats):
        call = self.call
        start = time.perf_counter()
        for _ in range(repeats):
            call()
        return (time.perf_counter() - start) / repeats

    def samples(self, repeats, milliseconds):
        times = []
        until = time.perf_counter() + milliseconds / 1000
        while not times or time.perf_counter() < until:
            times.append(self.sample(repeats))
        return times

    def versions(self, _):
        return {"versions": versions()}

    def open(self, message):
        make = {"torch": torch_call, "numpy": numpy_call, "sklearn": sklearn_call}[LIBRARY]
        arrays = {
            name: np.fromfile(one["file"], dtype=one["type"], count=one["length"])
            for name, one in message["files"].items()
        }
        made = make(message["asked"], arrays)
        if isinstance(made, str):
            return {"missing": made}
        self.call, answer = made
        value, array = answer()
        if array is not None:
            array.astype(message["asked"]["type"]).tofile(message["results"])
        return {"value": value, "length": None if array is None else array.size}

    def close(self, _):
        self.call = None
        return {}

    def warm(self, message):
        seconds = self.samples(1, message["milliseconds"])[-1]
        self.repeats = max(1, round(SAMPLE_S / seconds))
        return {"milliseconds": 1000 * seconds}

    def run(self, message):
        if message["isShort"]:
            self.samples(self.repeats, message["milliseconds"] / 2)
        times = self.samples(self.repeats, message["milliseconds"])
        return {"nanoseconds": 1e9 * statistics.median(times)}


contestant = Contestant()
versions()
with os.fdopen(3, "w") as answers:
    for line in sys.stdin:
        message = json.loads(line)
        try:
            answer = getattr(contestant, message["do"])(message)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)
