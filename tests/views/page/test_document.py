"""What every page shares: documents in which no text can become markup or script."""

import json
import re

from autograd import Value, explore
from autograd.views.page.document import as_script, document, fragment


def test_data_cannot_end_the_script():
    text = "</script><!--\u2028'\"\\"
    assert "<" not in as_script([text])
    assert json.loads(as_script([text])) == [text]


def test_a_title_is_text_everywhere():
    page = fragment(
        "View", "data-view", {}, [], "", title='<b>"&', picture=b"<svg/>", languages={"en": {"advice": "<i>"}}
    )
    whole = document(page, "</title><b>")
    assert "<b>" not in whole
    assert "<i>" not in whole
    assert 'alt="&lt;b&gt;&quot;&amp;"' in whole


def test_two_pages_are_told_apart_by_what_they_hold():
    first, second, again = (
        fragment("View", "data-view", {"x": x}, [], "", title="", picture=b"", languages={"en": {"advice": ""}})
        for x in (1, 2, 1)
    )
    names = [re.search(r'data-view="(\w+)"', page).group(1) for page in (first, second, again)]
    assert names[0] == names[2] != names[1]
    assert f"const NAME = '{names[0]}';" in first


def test_a_label_may_be_any_word_that_the_script_uses():
    data = re.search(r"^const DATA = (.*);$", explore(Value(1.0, "NAME") * 2).html, re.MULTILINE).group(1)
    assert "NAME" in json.loads(data)["names"]
