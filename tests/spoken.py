"""What a page shows and says, and how to tell its language from another."""

import re

from autograd.views.page.language import Words

TEXTS = """() => {
  const found = [];
  const visit = (node) => {
    if (node.nodeType === Node.TEXT_NODE) found.push(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE && node.nodeType !== Node.DOCUMENT_FRAGMENT_NODE) return;
    if (["STYLE", "SCRIPT", "CODE"].includes(node.tagName) || node.className === "computation") return;
    for (const name of ["aria-label", "title", "placeholder", "alt", "aria-valuetext", "data-changed"]) {
      if (node.hasAttribute?.(name)) found.push(node.getAttribute(name));
    }
    (node.shadowRoot ?? node).childNodes.forEach(visit);
  };
  visit(document.body);
  return found;
}"""
"""JavaScript that returns every text of a page that somebody sees or hears, but for formulas in code."""


def fragments(table: Words, other: Words) -> list[str]:
    """The pieces of a language's texts that would give them away in another language."""
    texts = [form for key, text in table.items() if text != other[key] for form in forms(text)]
    pieces = {piece.strip() for text in texts for piece in re.split(r"\{\w+\}", text)}
    theirs = " ".join(form for text in other.values() for form in forms(text))
    return [piece for piece in pieces if len(re.findall("[a-zäöü]", piece)) > 4 and piece not in theirs]


def forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())  # type: ignore[attr-defined]
