"""Every survivor that is excused names a line that is there, and every package has a sample and a floor."""

import tomllib

import pytest
from project_root import ROOT

LISTED = tomllib.loads((ROOT / "tests/mutation/survivors.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("group", LISTED["survivors"], ids=lambda group: group["mutants"][0].partition(" ")[0])
def test_listed_survivors_name_a_line_and_a_reason(group):
    assert group["reason"]
    for name in group["mutants"]:
        where, _, line = name.rpartition(" | ")[0].partition(" | ")
        path, function = where.split(" ")
        code = (ROOT / path).read_text(encoding="utf-8").splitlines()
        assert line in [text.strip() for text in code], name
        if function != "(module)":
            definition = function.rpartition(".")[2]
            starts = f"def {definition}(", f"class {definition}", f'row("{definition}('
            assert any(start in text for text in code for start in starts), name


def test_no_survivor_is_listed_twice():
    names = [name for group in LISTED["survivors"] for name in group["mutants"]]
    assert sorted(names) == sorted(set(names))


def test_every_package_has_a_sample_and_a_floor():
    assert LISTED["sample"].keys() == LISTED["floor"].keys()
    assert all(0 < share <= 1 for share in LISTED["sample"].values())
    assert all(0 < floor <= 100 for floor in LISTED["floor"].values())
