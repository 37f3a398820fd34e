// The words of the page: everything it shows or says comes from the table of its language.
//
// `LANGUAGES` has the tables that the page came with. Where there are several, `#lang=de` in the address of a page of
// its own chooses one; otherwise the first is taken.

const OWN_PAGE = typeof document === "object" && document.documentElement.hasAttribute("data-autograd-page");
const [FIRST_LANGUAGE] = Object.keys(LANGUAGES);
const LANGUAGE = chosenLanguage();
const PLURALS = new Intl.PluralRules(LANGUAGE);

function chosenLanguage() {
  const asked = OWN_PAGE ? new URLSearchParams(location.hash.slice(1)).get("lang") : null;
  return Object.hasOwn(LANGUAGES, asked ?? "") ? asked : FIRST_LANGUAGE;
}

// The words for `key`, with `values` in place of their names in braces; of plural forms the one for `values.count`.
function phrase(key, values = {}) {
  const found = LANGUAGES[LANGUAGE][key];
  const text = typeof found === "string" ? found : found[PLURALS.select(values.count)] ?? found.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// A sentence of the library itself, such as what was agreed upon at a kink, in the language of the page.
function translated(sentence) {
  return LANGUAGES[LANGUAGE].library?.[sentence] ?? sentence;
}
