// What is clicked stays under the pointer, whatever the click does to the height of what stands above it.

function keepSteady(card) {
  let clicked = null;
  const topOf = (element) => element.getBoundingClientRect().top;
  card.addEventListener("click", (event) => {
    const [element] = event.composedPath();
    clicked = { element, top: topOf(element), height: card.offsetHeight };
  }, true);
  card.addEventListener("click", () => {
    const { element, top, height } = clicked;
    card.style.minHeight = "";
    const moved = () => (element.isConnected && element.checkVisibility() ? topOf(element) - top : 0);
    if (!moved()) return;
    scroller(card).scrollBy(0, moved());
    if (Math.abs(moved()) < 1) return;
    card.style.minHeight = `${height}px`; // a page that got shorter would come up from below
    scroller(card).scrollBy(0, moved());
  });
}

// What scrolls when the page is longer than the screen: a notebook, or the page itself.
function scroller(element) {
  for (let at = element.getRootNode().host; at; at = at.parentElement) {
    if (at.scrollHeight > at.clientHeight && /auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  }
  return document.scrollingElement;
}
