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
  return completed(typeof found === "string" ? found : found[PLURALS.select(values.count)] ?? found.other, values);
}

function completed(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// Words that Python gave the page, such as what was agreed upon at a kink, in the language of the page; others, such as
// a name, stay as they are. Where a known sentence has a name in braces, anything may stand, which is translated too.
function translated(sentence) {
  const known = LANGUAGES[LANGUAGE].library;
  if (Object.hasOwn(known, sentence)) return known[sentence];
  for (const [text, translation] of Object.entries(known)) {
    const found = text.includes("{") && new RegExp(`^${text.replace(/[.*+?()[\]|]/g, "\\$&").replace(/\{(\w+)\}/g, "(?<$1>.+)")}$`).exec(sentence);
    if (found) return completed(translation, Object.fromEntries(Object.entries(found.groups).map(([name, part]) => [name, translated(part)])));
  }
  return sentence;
}
