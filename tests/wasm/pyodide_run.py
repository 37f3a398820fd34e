"""Run tests in WebAssembly: ``python tests/wasm/pyodide_run.py tests/engine/test_depth.py``, options as for pytest."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from docs.lab.bundle import NEEDED, pyodide_folder, write_packages  # noqa: E402  # the path has to be set before

TESTING = ("pytest", "pluggy", "iniconfig", "packaging", "pygments", "mpmath")


def run(*options: str, capture_output: bool = False) -> "subprocess.CompletedProcess[str]":
    """Run pytest in Pyodide under Node, on the project as it stands."""
    with tempfile.TemporaryDirectory() as folder:
        packages = Path(folder) / "packages.zip"
        write_packages(packages, (*NEEDED, *TESTING))
        command = ["node", str(Path(__file__).with_name("run.mjs")), str(pyodide_folder()), str(packages), str(ROOT)]
        return subprocess.run([*command, *options], text=True, check=False, capture_output=capture_output)


if __name__ == "__main__":
    sys.exit(run(*sys.argv[1:]).returncode)
