// Light or dark: as the notebook says, and where there is none, as the system says.

function followTheme(card) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    const light = document.body.dataset.jpThemeLight;
    card.classList.toggle("dark", light === undefined ? system.matches : light === "false");
  };
  follow();
  system.addEventListener("change", follow);
  new MutationObserver(follow).observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
}
