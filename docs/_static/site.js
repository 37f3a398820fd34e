// Tells the explorers which theme the page has, names the page's sides, and lets the keyboard scroll what is too wide.

(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function tellTheme() {
    const theme = document.body.dataset.theme;
    const isDark = theme === "dark" || (theme !== "light" && dark.matches);
    document.body.dataset.jpThemeLight = String(!isDark);
  }

  function letScroll() {
    for (const box of document.querySelectorAll("pre, .table-wrapper, div.math, .output")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    }
  }

  function nameSides() {
    document.querySelector(".sidebar-drawer")?.setAttribute("aria-label", "Pages");
    document.querySelector(".toc-drawer")?.setAttribute("aria-label", "On this page");
    if (!document.querySelector("h1")) {
      const title = document.createElement("h1"); // the search page has none
      title.textContent = document.title.split(" - ")[0];
      document.querySelector("article").prepend(title);
    }
  }

  // Several explorers on one page get names that differ.
  function tellApart() {
    const taken = new Map();
    for (const host of document.querySelectorAll("[data-autograd-explorer], [data-autograd-player]")) {
      for (const part of (host.shadowRoot ?? host).querySelectorAll("section[aria-label], nav[aria-label]")) {
        const name = part.getAttribute("aria-label");
        taken.set(name, (taken.get(name) ?? 0) + 1);
        if (taken.get(name) > 1) part.setAttribute("aria-label", `${name}, ${taken.get(name)}`);
      }
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    tellTheme();
    nameSides();
    tellApart();
    letScroll();
    const progress = document.querySelector(".quiz-progress");
    if (progress) document.querySelector("article").append(progress); // so that it keeps to the text's width
    new MutationObserver(tellTheme).observe(document.body, { attributeFilter: ["data-theme"] });
    dark.addEventListener("change", tellTheme);
    addEventListener("resize", letScroll);
  });
})();
