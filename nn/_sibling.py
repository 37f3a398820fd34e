"""Makes sure that the ``autograd`` next to this package is the one that gets imported.

Another project on PyPI installs a package of the same name. Without this check its users would meet an
``AttributeError`` somewhere deep inside ``nn``.
"""

from pathlib import Path

import autograd

here = Path(__file__).resolve().parent.parent
found = getattr(autograd, "__file__", None)

if found is None or Path(found).resolve().parent.parent != here or not hasattr(autograd, "Value"):
    elsewhere = found or next(iter(getattr(autograd, "__path__", [])), None)
    remedy = (
        "PyPI's project 'autograd' has the same name and cannot share an environment with 'scalar-autograd': remove it "
        "with 'pip uninstall autograd', then run 'pip install --force-reinstall -e .' in your clone of the library, or "
        "use a virtual environment of its own."
        if "-packages" in str(elsewhere)
        else "It hides the library's: rename it, or start Python in another folder."
    )
    raise ImportError(
        f"nn needs the package autograd that is installed together with it, in {here}, but Python found another "
        f"one: {elsewhere}. {remedy}"
    )
