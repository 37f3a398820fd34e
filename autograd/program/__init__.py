"""A computation recorded, printed, and run as a program: scalars in, arrays out.

Follow one function through the rooms: :mod:`~autograd.program.record` runs it once and keeps its graph,
:mod:`~autograd.program.tracing` numbers the nodes, :mod:`~autograd.program.straight` writes them out line by
line; or :mod:`~autograd.program.sums` gathers sums of products, :mod:`~autograd.program.groups` finds the rows
of nodes that do the same thing, :mod:`~autograd.program.layout` gives every number its place and
:mod:`~autograd.program.arrays` writes one array operation per row, or :mod:`~autograd.program.c_source` one nest of
loops in C. :mod:`~autograd.program.compiled` is what a user holds. What the world outside may know of a program is the
public part of :class:`~autograd.program.array_program.ArrayProgram`. Everything about arrays is loaded when it is first
needed.

The chain rule stands here three times, because the forms differ in kind: for single numbers, line by line, in
:mod:`~autograd.program.straight`, for whole rows and matrices in :mod:`~autograd.program.arrays`, and for loops over
them in :mod:`~autograd.program.c_source`. Everything else that needs a derivative applies the operations to Values
again (:mod:`~autograd.program.reapply`) and leaves it to the engine.
"""
