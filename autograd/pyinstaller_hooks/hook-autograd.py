"""What a packed program needs of ``autograd``: modules that are imported by name when they are asked for, and files."""

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

datas = collect_data_files("autograd")
hiddenimports = collect_submodules("autograd")
