// Marks the questions of a page as they are answered, counts what is right, and keeps the choices for the next visit.

(() => {
  const questions = [...document.querySelectorAll("form.quiz")];
  if (!questions.length) return;

  // A browser may keep nothing for a page, and throws an error then: the questions work all the same.
  const kept = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, choice) { try { localStorage.setItem(key, choice); } catch { /* for this visit only */ } },
    forget(key) { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
  };

  const progress = document.createElement("div");
  const count = document.createElement("output");
  const again = document.createElement("button");
  progress.className = "quiz-progress";
  again.type = "button";
  again.textContent = "Start again";
  progress.append(count, again);
  document.body.append(progress);

  const chosen = (question) => question.querySelector("input:checked");

  function mark() {
    for (const question of questions) {
      question.querySelector("output").textContent = chosen(question)?.dataset.reply ?? "";
    }
    const right = questions.filter((question) => chosen(question)?.dataset.reply.startsWith("✓"));
    count.textContent = `${right.length} of ${questions.length} questions answered right`;
  }

  for (const question of questions) {
    const before = kept.get(question.dataset.key);
    for (const input of question.querySelectorAll("input")) input.checked = input.value === before;
    question.addEventListener("submit", (event) => event.preventDefault());
    question.addEventListener("change", () => {
      kept.set(question.dataset.key, chosen(question).value);
      mark();
    });
  }
  again.addEventListener("click", () => {
    for (const question of questions) {
      kept.forget(question.dataset.key);
      question.reset();
    }
    mark();
  });
  mark();
})();
