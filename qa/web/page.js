(function () {
  // Runs once for the conversation and once for the source pane. What a click means stands in data attributes.
  const isThread = Boolean(element.closest("#thread"));
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  const narrow = matchMedia("(max-width: 860px)");

  element.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || button.disabled) return;
    if (button.dataset.ask !== undefined) {
      trigger("submit", { ask: button.dataset.ask });
    } else if (button.dataset.turn !== undefined) {
      trigger("click", { ...button.dataset });
      if (isThread && narrow.matches) goToSource();
    }
  });

  // On a phone the source pane lies below the conversation: go there, but only when the reader asked for it.
  function goToSource() {
    const pane = document.getElementById("source");
    pane.dataset.wanted = "true";
    pane.scrollIntoView();
  }

  function showLastTurn() {
    const turns = element.querySelectorAll(".turn");
    if (turns.length === Number(element.dataset.turns || 0)) return; // a source was opened: stay where the reader is
    const box = element.closest("#thread");
    const last = turns[turns.length - 1];
    if (last) box.scrollTo({ top: last.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop - 16, behavior });
    element.dataset.turns = turns.length;
  }

  function showQuote() {
    const quoted = element.querySelector(".para.now");
    const box = element.querySelector(".doc");
    if (!quoted || !box) return;
    const above = quoted.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
    box.scrollTo({ top: above - box.clientHeight / 3, behavior: narrow.matches ? "auto" : behavior });
    const pane = document.getElementById("source");
    if (pane.dataset.wanted) pane.scrollIntoView();
    delete pane.dataset.wanted;
  }

  watch("value", () => requestAnimationFrame(isThread ? showLastTurn : showQuote));
})();
