"""``python -m benchmarks``: runs workloads, prints the tables and writes ``benchmarks/RESULTS.md`` with a picture.

With ``--check`` it tells which bars are reached instead, and ends with an error if one is not.
"""

import argparse
import importlib
from pathlib import Path

from benchmarks import plot, report
from benchmarks.contest import hold, spread

HERE = Path(__file__).parent
WORKLOADS = ["two_moons", "batch_norm_mlp", "gpt", "gpt_from_parts", "digits", "lstm", "rosenbrock", "minimize"]
WORKLOADS += ["random_graph", "heston", "physics", "chain"]
FIGURES = ["memory", "recording", "growth", "import_time", "page_step"]


def main() -> None:
    """Read the command line and run what it asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="name", help=f"what to run: {', '.join(WORKLOADS + FIGURES)}")
    parser.add_argument("--only", nargs="+", default=[], metavar="contestant", help="run these contestants alone")
    parser.add_argument("--rounds", type=int, default=15, help="how often each contestant is asked (15)")
    parser.add_argument("--no-file", action="store_true", help="print only, leave RESULTS.md alone")
    parser.add_argument("--check", action="store_true", help="tell whether every bar is reached; writes no file")
    options = parser.parse_args()
    unknown = set(options.names) - {*WORKLOADS, *FIGURES}
    if unknown:
        parser.error(f"there is nothing called {', '.join(sorted(unknown))}")
    sections, contests, measured = [], [], []
    for name in options.names or WORKLOADS + FIGURES:
        if name in WORKLOADS:
            contests.append(hold(name, options.rounds, options.only))
            sections.append(report.of_contest(*contests[-1]))
            own = report.bars_of_contest(*contests[-1])
        else:
            figure = importlib.import_module(f"benchmarks.figures.{name}")
            figures = figure.measure(options.rounds)
            sections.append(report.of_figures(figure.TITLE, figures))
            own = [(bar, spread(figures[bar.faster][0])) for bar in figure.BARS if bar.faster in figures]
        print(sections[-1], flush=True)
        measured += own
        if options.check and own:
            print(report.of_bars(own), end="\n\n", flush=True)
    if options.check:
        missed = [bar for bar, found in measured if not report.is_reached(bar, found)]
        parser.exit(1 if missed else 0, f"{len(measured) - len(missed)} of {len(measured)} bars are reached.\n")
    if not options.no_file and not options.names and not options.only:
        (HERE / "RESULTS.md").write_text(report.whole(sections, options.rounds), encoding="utf-8")
        (HERE / "results.svg").write_text(plot.svg(contests, seconds=report.seconds), encoding="utf-8")
        print(f"Written to {HERE.name}/RESULTS.md and {HERE.name}/results.svg.")


if __name__ == "__main__":
    main()
