"""Views of a graph: pictures, steps, pages. They read it and never change a number."""
