// Runs pytest in Pyodide under Node, on the project itself: node run.mjs PYODIDE PACKAGES.zip PROJECT argument...
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, packages, project, ...options] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const python = await loadPyodide({ env: { HOME: "/tmp", PYTHONDONTWRITEBYTECODE: "1" } });
python.unpackArchive(new Uint8Array(readFileSync(packages)), "zip", { extractDir: "/packages" });
python.FS.mkdirTree("/project");
python.FS.mount(python.FS.filesystems.NODEFS, { root: project }, "/project");
python.globals.set("options", python.toPy(options));
const program = `
import os, sys
os.chdir("/project")
sys.path[:0] = ["/project", "/project/tests/wasm", "/packages"]
import pytest
int(pytest.main(["-p", "no:cacheprovider", "-p", "no:faulthandler", "-p", "missing_in_pyodide", "--capture=sys", *options]))
`;
try {
  process.exit(python.runPython(program));
} catch (error) {
  console.error(String(error)); // without the line of Pyodide's source that Node would print, all of it
  process.exit(70);
}
