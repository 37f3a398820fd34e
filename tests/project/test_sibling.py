"""nn insists on the autograd it belongs to, and imports quickly."""

import subprocess
import sys

from project_root import ROOT


def run(code, *folders):
    lines = f"import sys; sys.path[:0] = {[str(folder) for folder in folders]!r}\n{code}"
    return subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, cwd="/", check=False)


def test_another_package_called_autograd_is_refused_with_advice(tmp_path):
    folder = tmp_path / "site-packages"
    (folder / "autograd").mkdir(parents=True)
    (folder / "autograd" / "__init__.py").write_text("from math import *\n")
    result = run("import nn", folder, ROOT)
    assert result.returncode != 0
    message = result.stderr.strip().splitlines()[-1]
    assert message.startswith("ImportError: nn needs the package autograd that is installed together with it")
    assert str(tmp_path) in message
    assert "pip uninstall autograd" in message


def test_an_autograd_in_the_right_place_but_without_values_is_refused(tmp_path):
    (tmp_path / "autograd").mkdir()
    (tmp_path / "autograd" / "__init__.py").write_text("grad = None\n")
    (tmp_path / "nn").symlink_to(ROOT / "nn", target_is_directory=True)
    assert "ImportError: nn needs" in run("import nn", tmp_path).stderr


def test_a_folder_of_your_own_that_hides_the_library_is_named(tmp_path):
    (tmp_path / "autograd").mkdir()
    (tmp_path / "autograd" / "__init__.py").touch()
    message = run("import nn", tmp_path, ROOT).stderr.strip().splitlines()[-1]
    assert str(tmp_path / "autograd") in message
    assert message.endswith("It hides the library's: rename it, or start Python in another folder.")


def test_folders_without_code_in_the_working_directory_hide_nothing(tmp_path):
    """An editable install puts the clone at the end of the path, where a package goes before folders of its name."""
    for name in ("nn", "autograd", "installed"):
        (tmp_path / name).mkdir()
    (tmp_path / "installed" / "library.pth").write_text(f"{ROOT}\n")
    installed = f"import site; site.addsitedir({str(tmp_path / 'installed')!r})"
    code = f"{installed}; import autograd, nn; print(nn.MLP, autograd.Value(2))"
    command = [sys.executable, "-S", "-c", code]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Value(data=2.0" in result.stdout, result.stderr


def test_importing_nn_imports_no_heavy_package():
    heavy = ("numpy", "matplotlib", "graphviz", "torch", "tqdm", "IPython", "jax")
    result = run(f"import autograd, nn; print([name for name in {heavy!r} if name in sys.modules])", ROOT)
    assert result.stdout.strip() == "[]", result.stderr
