"""Result codes: what a page writes, Python reads; what was changed is noticed; no text breaks anything."""

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from fuzzing import mangled, rounds

import autograd
from autograd import Value, exercise, exercise_results
from autograd.__main__ import main
from autograd.errors import ArgumentError
from autograd.views.exercise.codes import Result, code_of

NODE = shutil.which("node")
SCRIPT = Path(autograd.__file__).parent / "views" / "exercise" / "result_code.js"
NAMES = [
    "",
    "Ada Lovelace",
    "  Emmy \t Noether\n",
    "Søren",
    "Zoe\u0308",
    "李 雷",
    "ﬁnn",
    "🙂" * 70,
    "=SUM(A1)",
    "O'Neil, B.",
]


def result(**changes: object) -> Result:
    return Result("", "Ada Lovelace", 17, "C1G9T", 8, 6, 1, 0, 2)._replace(**changes)  # type: ignore[arg-type]


def read(code: str) -> Result:
    (found,) = exercise_results(code)
    return found


def test_a_code_says_what_was_written_into_it() -> None:
    found = read(code_of(result()))
    assert found._replace(code="") == result()
    assert (found.open, found.score) == (1, 81.2)
    assert read(code_of(result(seed=2**32 - 1, questions=1000, first=999))).first == 999


@pytest.mark.skipif(NODE is None, reason="Node.js is not installed, so no JavaScript can be run")
def test_the_page_writes_what_python_writes() -> None:
    assert NODE is not None
    cases = [result(name=name, seed=seed * 77_777_777, misses=seed) for seed, name in enumerate(NAMES)]
    cases.append(result(misses=10**6, seed=2**32 - 1))
    given = json.dumps([case._asdict() for case in cases])
    program = f"{SCRIPT.read_text(encoding='utf-8')}\nconsole.log(JSON.stringify({given}.map(resultCode)));"
    done = subprocess.run([NODE, "-"], input=program, capture_output=True, text=True, encoding="utf-8", check=True)
    assert json.loads(done.stdout) == [code_of(case) for case in cases]


@pytest.mark.parametrize(
    "written",
    [
        lambda code: code[:35].lower() + code[35:],
        lambda code: code.replace("0", "O", 3).replace("1", "l", 1),
        lambda code: code.replace("-", "–"),
        lambda code: code.replace("-", "", 5),
        lambda code: f"  {code.replace(' ', '   ')}  ",
    ],
)
def test_a_code_may_be_typed_by_hand(written: object) -> None:
    assert read(written(code_of(result()))).problem == ""  # type: ignore[operator]


def test_whatever_single_character_is_changed_is_noticed() -> None:
    code = code_of(result())
    for at, character in enumerate(code):
        for other in "7K":
            if character not in {" ", "-", other}:
                changed = code[:at] + other + code[at + 1 :]
                assert read(changed).problem, changed


def test_the_name_may_stand_in_front_where_the_code_has_none() -> None:
    code = code_of(result(name=""))
    assert read(f"Ada: {code}").name == "Ada"
    assert read(f"Ada: {code}").problem == ""


def test_problems_are_said_and_do_not_count() -> None:
    loss = (Value(2.0, "a") * Value(3.0, "b")).tanh()
    set_exercise = exercise(loss, seed=1)
    good = result(graph=set_exercise.digest, questions=5, first=4)
    found = exercise_results(
        ["# class 9b", "", code_of(good), code_of(result()), code_of(good._replace(questions=6)), "hello"], set_exercise
    )
    assert [each.problem for each in found] == [
        "",
        f"It is of another graph: C1G9T instead of {set_exercise.digest}.",
        "It is of 6 questions instead of 5.",
        "This is no code: six groups of five letters and digits are one.",
    ]
    assert repr(found) == "<Results of 4, 90.0 % on average, 3 with a problem; .csv is a table of them>"
    assert found[1].score == 0.0
    assert read(code_of(result(shown=9))).problem == "It counts more answers than questions."
    with pytest.raises(ArgumentError, match="Give the exercise that was set"):
        exercise_results("", loss)  # type: ignore[arg-type]


def test_the_table_holds_what_the_codes_say_and_no_formula(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    codes = tmp_path / "codes.txt"
    codes.write_text("\n".join(code_of(result(name=name)) for name in NAMES), encoding="utf-8")
    assert main(["marks", str(codes)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["name"] for row in rows][:5] == ["", "Ada Lovelace", "Emmy Noether", "Søren", "Zoë"]
    assert [row["name"] for row in rows][8:] == ["'=SUM(A1)", "O'Neil, B."]
    assert {row["score"] for row in rows} == {"81.2"}
    assert main(["marks", str(codes), "-o", str(tmp_path / "marks.csv")]) == 0
    assert (tmp_path / "marks.csv").read_text(encoding="utf-8-sig").count("\n") == 11
    assert main(["marks", str(tmp_path / "none.txt")]) == 1
    assert "none.txt" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_a_file_in_another_encoding_is_named_with_what_to_do(
    encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = tmp_path / "codes.txt"
    codes.write_text(code_of(result(name="Søren")), encoding=encoding)
    assert main(["marks", str(codes)]) == 1
    assert f"{codes} is not text in UTF-8. Save it with this encoding, and try again." in capsys.readouterr().err


@pytest.mark.slow
def test_fuzzed_codes_are_read_or_refused_and_never_believed() -> None:
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZUILOabc -–\t\u2028\ufeff\x00=,\"'\n李"
    for generator in rounds(17):
        code = code_of(
            result(name=generator.choice(NAMES), seed=generator.getrandbits(32), misses=generator.randrange(30000))
        )
        honest = read(code)
        text = mangled(code, generator, alphabet)
        found = exercise_results(text)
        assert len(list(csv.reader(io.StringIO(found.csv)))) == len(found) + 1
        for each in found:
            if not each.problem:  # only spelling was changed, or what stands in front
                assert each[2:9] == honest[2:9]
