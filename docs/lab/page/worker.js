// Python, away from the page, so that the page stays alive while it computes. Says what happens by messages.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const say = (message) => self.postMessage(message);

// Every file that Pyodide fetches goes past here, so that the page can show how much has come.
const fetchFile = self.fetch.bind(self);
self.fetch = async (...request) => {
  const response = await fetchFile(...request);
  if (!response.ok || !response.body) return response;
  const counted = new TransformStream({
    transform(bytes, stream) {
      say({ kind: "loaded", bytes: bytes.length });
      stream.enqueue(bytes);
    },
  });
  return new Response(response.body.pipeThrough(counted), response);
};

async function start() {
  const packages = fetch("packages.zip").then((response) => response.arrayBuffer());
  const course = fetch("course.zip").then((response) => response.arrayBuffer());
  const python = await loadPyodide();
  python.unpackArchive(await packages, "wheel");
  python.unpackArchive(await course, "zip");
  python.globals.set("say", (text) => say(JSON.parse(text)));
  const run = python.runPython("from lab_in_page import Session; Session(say).run");
  self.onmessage = ({ data }) => {
    run(data.code, data.number);
    say({ kind: "done" });
  };
  say({ kind: "ready", version: python.runPython("import platform; platform.python_version()") });
}

start().catch((error) => say({ kind: "broken", reason: String(error) }));
