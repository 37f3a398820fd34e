"""Fixtures that tests share."""

import functools

import pytest

import autograd


@pytest.fixture(params=["straight", "array"])
def compiled(request):
    """Compile with each backend in turn."""
    if request.param == "array":
        pytest.importorskip("numpy")
    return functools.partial(autograd.compile, backend=request.param)
