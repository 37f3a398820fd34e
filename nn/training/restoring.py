"""``Part``: one piece of what a step depends on, and how to put back what was in it."""

import types
from collections.abc import Callable
from typing import Any

from autograd.program.compiled import Compiled


class Part:
    """A piece of the surroundings: what it belongs to, what was in it, and how to put that back."""

    def __init__(self, owner: object, name: str, marks: object, content: object, restore: Callable[[], None]) -> None:
        self.owner, self.name, self.marks, self.content, self.restore = owner, name, marks, content, restore


class Attribute:
    """An attribute of a class."""

    def __init__(self, owner: Any, name: str) -> None:
        self.owner, self.name, self.content = owner, name, vars(owner)[name]
        self.key = (id(owner), name)

    def restore(self, _: object, content: object) -> None:
        if vars(self.owner).get(self.name) is not content:
            setattr(self.owner, self.name, content)


class Global:
    """A global name of a Python module."""

    def __init__(self, space: dict[str, Any], name: str) -> None:
        self.space, self.name, self.content = space, name, space[name]
        self.key = (id(space), name)

    def restore(self, _: object, content: object) -> None:
        self.space[self.name] = content


def nothing(*_: object) -> None:
    """Put nothing back."""


def into_list(owner: Any, content: "list[Any]") -> None:
    """Put elements back into a list."""
    if list(map(id, owner)) != list(map(id, content)):
        owner.clear()
        owner.extend(content)


def into_dict(owner: Any, content: Any) -> None:
    """Put entries back into a dictionary or a set."""
    owner.clear()
    owner.update(content)


def into_cell(owner: types.CellType, content: object) -> None:
    """Put back what a variable of an outer function was."""
    owner.cell_contents = content


def into_array(owner: Any, content: Any) -> None:
    """Put numbers back into an array."""
    if getattr(owner, "shape", ()) and owner.flags.writeable:
        owner[...] = content


def into_object(owner: Any, content: dict[str, Any]) -> None:
    """Put the attributes of an object back; those that came later go, except for what the library keeps there."""
    own = vars(owner) if hasattr(owner, "__dict__") else {}
    for name in [name for name, part in own.items() if name not in content and not isinstance(part, Compiled)]:
        del own[name]
    for name, part in content.items():
        if name in own:
            own[name] = part
        else:
            setattr(owner, name, part)
