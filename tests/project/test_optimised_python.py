"""The core without assertions (``python -O``) and without docstrings (``-OO``): the same numbers, the same messages."""

import subprocess
import sys

import pytest
from project_root import ROOT

PROGRAM = """
import autograd, nn
from autograd import Value
from autograd.__main__ import main

a, b = Value(2.0, "a"), Value(-3.0, "b")
loss = ((a * b).tanh() + autograd.softmax([a, b])[0]) * a
loss.backward()
print(loss.data, a.grad, b.grad)
print(autograd.value_and_grad(lambda x: x ** 3)(2.0), autograd.hessian(lambda x: x ** 3)(2.0))
for backend in ("straight", "array", "auto"):
    print(autograd.compile(lambda x: (x * x).exp(), backend=backend)(Value(0.5)).data)
model = nn.MLP(2, [3, 1], seed=0)
options = {"loss": "mse", "optimizer": "adam", "epochs": 3, "compile": False, "progress": False, "seed": 0}
print(nn.fit(model, nn.make_xor(12, seed=0), **options).rows[-1]["loss"])
print(autograd.explain(a, loss), autograd.derivation(loss), autograd.diagnose(loss))
print(len(autograd.draw(loss).source), len(autograd.explore(loss).html), len(autograd.exercise(loss, seed=1).html))
print(autograd.exercise_results("10000-00HC1-G9T08-06010-00028-FJ7KX Ada Lovelace").csv)
cube = autograd.define_operation("cubed(x)", "x * x * x", x="3 * x * x", probes=[(2.0,)])
print(cube(a).data, autograd.check_gradient(lambda x: x.tanh(), 0.5))
for wrong in (lambda: Value("x"), lambda: autograd.log(Value(-1.0)), lambda: Value(1.0) / 0,
              lambda: autograd.define_operation("bad(x)", "x * x", x="3 * x", probes=[(2.0,)])):
    try:
        wrong()
        print("nothing was raised")
    except Exception as error:
        print(type(error).__name__, error)
main(["step", "a*b", "a=2", "b=3"])
try:
    nn.MLP(2)
except TypeError as error:
    print(str(error).split(", as in")[0].rstrip("."))  # the example after it comes from the docstring
"""


@pytest.mark.slow
def test_optimised_python_says_and_computes_the_same():
    outputs = []
    for options in ([], ["-O"], ["-OO"]):
        command = [sys.executable, *options, "-c", PROGRAM]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1] == outputs[2]
    assert "nothing was raised" not in outputs[0]
