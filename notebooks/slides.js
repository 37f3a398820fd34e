// Turns slides with the arrow keys, a clicker or a swipe; the address says which slide it is.

(() => {
  const slides = [...document.querySelectorAll(".slide")];
  const help = document.createElement("div");
  help.className = "help";
  help.setAttribute("role", "status");
  help.textContent = "→ and ← turn, N shows notes, F fills the screen, D shows all of an explorer";
  document.body.append(help);
  setTimeout(() => help.remove(), 6000);
  let now = 0;

  function go(place) {
    now = Math.max(0, Math.min(place, slides.length - 1));
    slides.forEach((slide, i) => slide.classList.toggle("now", i === now));
    history.replaceState(null, "", `#${now + 1}`);
  }

  // On a slide an explorer shows the graph, the buttons and the sentence; the rest comes on demand.
  function lookOf(host) {
    const card = host.shadowRoot?.querySelector(".card");
    if (!card) return;
    card.classList.add("embedded");
    host.style.zoom = large();
  }

  // Text of 12 pixels can be read from the last row of a wide screen.
  function large() {
    return Math.max(1, innerWidth / 960);
  }

  function details() {
    for (const host of slides[now].querySelectorAll(".content > *")) {
      const card = host.shadowRoot?.querySelector(".card");
      if (!card) continue;
      const short = card.classList.toggle("embedded");
      host.style.zoom = short ? large() : 1.15;
    }
  }

  const KEYS = {
    PageDown: () => go(now + 1), PageUp: () => go(now - 1), ArrowRight: () => go(now + 1), ArrowLeft: () => go(now - 1),
    Home: () => go(0), End: () => go(slides.length - 1),
    n: () => document.body.classList.toggle("with-notes"), f: () => document.documentElement.requestFullscreen(), d: details,
  };

  // A clicker turns slides wherever the focus is; the other keys belong to an explorer or a field that has it.
  addEventListener("keydown", (event) => {
    const target = event.composedPath()[0];
    const inside = target.getRootNode?.() !== document || target.matches?.("input, select, textarea, summary");
    const turns = event.key === "PageDown" || event.key === "PageUp";
    const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    const presenting = document.fullscreenElement?.shadowRoot?.fullscreenElement;
    if (!action || presenting || event.ctrlKey || event.metaKey || event.altKey || (inside && !turns)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    action();
  }, true);
  addEventListener("hashchange", () => go(Number(location.hash.slice(1)) - 1 || 0));
  document.querySelectorAll(".content > *").forEach(lookOf);
  go(Number(location.hash.slice(1)) - 1 || 0);
})();
