(function () {
  // Runs once for the conversation and once for the source pane. What a click means stands in data attributes.
  const isThread = Boolean(element.closest("#thread"));
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const narrow = matchMedia("(max-width: 860px)");
  const behavior = () => (still.matches || narrow.matches ? "auto" : "smooth");
  const side = () => document.getElementById("side");

  element.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || button.disabled) return;
    if (button.dataset.close !== undefined) closeSheet();
    else if (button.dataset.ask !== undefined) ask(button.dataset.ask);
    else if (button.dataset.turn !== undefined) {
      trigger("click", { ...button.dataset });
      if (isThread) openSheet(button);
    }
  });

  // On a narrow screen the source pane is a sheet over the conversation: opened by a number, closed by its button or Esc.
  function openSheet(button) {
    side().classList.add("open");
    side().opener = [button.dataset.turn, button.dataset.number || ""];
    if (narrow.matches) requestAnimationFrame(() => side().querySelector("[data-close]")?.focus());
    requestAnimationFrame(showQuote);
  }

  function closeSheet() {
    side().classList.remove("open");
    const [turn, number] = side().opener || [];
    document.querySelector(`#thread [data-turn="${turn}"][data-number="${number}"]`)?.focus();
  }

  let serial = 0;
  const chosen = () => ({ ...document.getElementById("filters")?.chosen });
  const ask = (question) => trigger("submit", { ask: question, serial: ++serial, only: chosen() });

  // The box is read and emptied in the same instant. Gradio's own submit does both some time after the key, and would
  // take the next question for this one, or wipe it out, when somebody types fast or the machine is slow.
  function send() {
    const box = document.querySelector("#question textarea");
    const question = box.value;
    box.value = "";
    box.dispatchEvent(new Event("input", { bubbles: true }));
    if (question.trim()) ask(question);
  }

  if (isThread) {
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && narrow.matches && side().classList.contains("open")) closeSheet();
      const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
      if (!sends || !event.target.matches("#question textarea")) return;
      event.preventDefault();
      event.stopPropagation();
      send();
    }, true);
    document.addEventListener("click", (event) => {
      if (event.target.closest("#send")) send();
    });
  }

  // A new question, and then its answer, is brought to the top; a source that is opened moves nothing here.
  function showLastTurn() {
    const turns = element.querySelectorAll(".turn");
    const last = turns[turns.length - 1];
    const state = `${turns.length} ${Boolean(last && last.querySelector(".a, .no"))}`;
    if (!last || state === element.dataset.state) return;
    element.dataset.state = state;
    const box = element.closest("#thread");
    const above = last.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
    box.scrollTo({ top: above - 16, behavior: behavior() });
  }

  function showQuote() {
    const quoted = document.querySelector("#source .para.now");
    const box = document.querySelector("#source .doc");
    if (!quoted || !box) return;
    const above = quoted.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
    box.scrollTo({ top: above - box.clientHeight / 3, behavior: behavior() });
  }

  watch("value", () => requestAnimationFrame(isThread ? showLastTurn : showQuote));
})();
