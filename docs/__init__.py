"""The documentation: its pages, what it is made of, and the site: ``python -m docs``."""
