"""The library in WebAssembly: tests of its own, run by Pyodide under Node."""

import re
import shutil

import pytest
from wasm.pyodide_run import run

from docs.lab.bundle import MissingError

QUICK = [
    "tests/engine/test_copying.py",
    "tests/engine/test_depth.py",
    "tests/engine/test_engine.py",
    "tests/engine/test_freeing.py",
    "tests/engine/test_ops.py",
    "tests/formulas/test_expressions.py::test_extreme_texts_are_errors_too",
    "tests/gradients/test_custom_gradient.py",
    "tests/gradients/test_products.py",
    "tests/nn/training/test_training.py",
    "tests/views/picture/test_digraph.py",
    "tests/views/picture/test_draw.py",
    "tests/views/explorer/test_explorer.py",
]
"""A selection; python tests/wasm/pyodide_run.py runs any others."""


@pytest.mark.slow
def test_the_librarys_own_tests_pass_there():
    if shutil.which("node") is None:
        pytest.skip("Node is not installed")
    try:
        done = run(*QUICK, capture_output=True)
    except MissingError as error:
        pytest.skip(str(error))
    assert done.returncode == 0, done.stdout[-5_000:] + done.stderr[-2_000:]
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 300
