"""How the site is made: the generators of its pages, and the check of its links."""
