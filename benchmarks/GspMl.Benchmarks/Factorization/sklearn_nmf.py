"""Runs scikit-learn's coordinate descent NMF from given factors and prints one JSON object.

usage: sklearn_nmf.py FOLDER ITERATIONS ROUNDS
The time is the least of the rounds.
FOLDER holds C0.npy, B0.npy (samples x rank, features x rank) and either X.npy or starts.npy, indices.npy, values.npy.
"""
import json
import os
import sys
import time
import warnings

import numpy as np
import scipy.sparse
import sklearn
from sklearn.decomposition import non_negative_factorization

warnings.filterwarnings("ignore")
folder, iterations, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def load(name):
    return np.load(os.path.join(folder, name + ".npy"))


coefficients, basis = load("C0"), load("B0")
if os.path.exists(os.path.join(folder, "X.npy")):
    x = load("X")
else:
    shape = (coefficients.shape[0], basis.shape[0])
    x = scipy.sparse.csr_matrix((load("values"), load("indices"), load("starts")), shape=shape)


def relative_error(c, h):
    c, h = c.astype(np.float64), h.astype(np.float64)
    values = x.data.astype(np.float64) if scipy.sparse.issparse(x) else x.astype(np.float64).ravel()
    norm = values @ values
    inner = np.sum((x @ h.T) * c)
    return float(np.sqrt(max(0.0, norm - 2 * inner + np.sum((c.T @ c) * (h @ h.T))) / norm))


def run(count):
    c, h = coefficients.copy(), np.ascontiguousarray(basis.T)
    started = time.perf_counter()
    c, h, _ = non_negative_factorization(
        x, W=c, H=h, n_components=c.shape[1], init="custom", solver="cd", tol=0, max_iter=count)
    return time.perf_counter() - started, relative_error(c, h)


run(2)
seconds, error = min(run(iterations) for _ in range(rounds))
with open("/proc/self/maps") as maps:
    blas = "OpenBLAS" if "openblas" in maps.read() else "reference BLAS"
print(json.dumps({"version": sklearn.__version__, "blas": blas, "dtype": str(x.dtype), "seconds": seconds, "error": error}))
