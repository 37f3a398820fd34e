"""Names in C: what the table's functions are called there, and which names are taken."""

import math
import re
from functools import cache

from autograd.files import shipped

LIBRARY = {name: name for name in ("exp", "log", "log1p", "expm1", "sqrt", "erf", "erfc", "sin", "cos", "tan")}
LIBRARY |= {name: name for name in ("asin", "acos", "atan", "sinh", "cosh", "tanh")} | {"abs": "fabs", "power": "pow"}
LIBRARY |= {name: name for name in ("log2", "log10", "exp2", "cbrt", "asinh", "acosh", "atanh", "atan2", "hypot")}
LIBRARY |= {name: name for name in ("lgamma", "copysign", "floor", "ceil", "trunc")} | {"round": "rint"}
"""Functions of the C library, by the names that formulas have for them."""
OWN = {name: name for name in ("sign", "maximum", "minimum", "digamma", "polygamma")} | {"remainder": "remainder_of"}
"""The same in arithmetic.c: functions of single numbers,"""
OF_SEQUENCES = {"max": "largest", "min": "smallest", "prod": "product", "logsumexp": "logsumexp", "norm": "norm"}
"""of sequences,"""
LISTS = {name: name for name in ("softmax", "shares", "products_of_others", "ordered")}
"""and those that give one number for each element."""
RESERVED = frozenset({
    "asm", "auto", "bool", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum",
    "extern", "false", "float", "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short",
    "signed", "sizeof", "static", "struct", "switch", "true", "typedef", "typeof", "union", "unsigned", "void",
    "volatile", "while", "main", "index", "abs", "div", "round", "y0", "y1", "yn", "j0", "j1", "jn", *dir(math),
    "values", "gradients", "scratch", "tables", "constants", "real", "gradient", *"ghijklmnt",
})  # fmt: skip
"""Words that C or its library keeps for itself, or a program for what lies around its formulas."""
FUNCTIONS = frozenset({
    "abort", "accept", "atexit", "atof", "atoi", "atol", "bind", "bsearch", "calloc", "clock", "close", "connect",
    "dup", "exit", "fclose", "fflush", "fopen", "fork", "fputs", "fread", "free", "fseek", "ftell", "fwrite", "getc",
    "getenv", "gets", "kill", "link", "listen", "malloc", "memcmp", "memcpy", "memmove", "memset", "nice", "open",
    "pause", "perror", "pipe", "poll", "printf", "putc", "putchar", "puts", "qsort", "raise", "rand", "random", "read",
    "realloc", "recv", "rename", "rewind", "scanf", "select", "send", "setbuf", "signal", "sleep", "socket", "sprintf",
    "srand", "strcat", "strchr", "strcmp", "strcpy", "strlen", "strncpy", "strstr", "strtod", "strtol", "sync",
    "system", "tee", "time", "times", "truncate", "ungetc", "unlink", "vprintf", "wait", "write", "INFINITY", "NAN",
})  # fmt: skip
"""Functions of the system, whose place one of the same name would take in whatever it is linked to, and macros."""


def c_name(name: str) -> str:
    """Return a name of the table, or of an operand, as it can stand in C."""
    taken = name in RESERVED or name in LIBRARY.values() or name in arithmetic() or name.startswith("_")
    plain = "".join(c if c.isascii() else f"u{ord(c):x}" for c in name)
    return f"{plain}_" if taken or plain != name or re.fullmatch(r"(total|list|place|row|length)\d+", name) else name


@cache
def arithmetic() -> dict[str, str]:
    """Return the functions of arithmetic.c, each with the comment before it, by name."""
    text = shipped(__package__, "arithmetic.c")
    pieces = text.split("\n\n")[1:]
    return {re.findall(r"(\w+)\(", piece[piece.index("static ") :])[0]: piece.rstrip() for piece in pieces}
