// The source pane: the quote among its neighbours, one citation after the other.
let pressed = "";
let sent = 0; // the number of the last place that was asked for
let awaited = 0; // the one that has not come yet
let wish = null;
let patience;

// One place after the other: of two answers that come close together Gradio may draw the first one last.
function open(said) {
  wish = { ...said };
  if (!awaited) request();
}
side().show = open;

function request() {
  clearTimeout(patience);
  awaited = 0;
  if (!wish) return;
  awaited = ++sent;
  trigger("click", { ...wish, serial: awaited });
  wish = null;
  patience = setTimeout(request, 8000);
}

function arrived() {
  const { serial } = element.querySelector("[data-serial]")?.dataset || {};
  if (awaited && Number(serial) === awaited) request();
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return point(event.target);
  if (button.disabled || copied(button)) return;
  if (button.dataset.elsewhere !== undefined) say({});
  else if (button.dataset.unpick !== undefined) pick(null);
  else if (button.dataset.close !== undefined) close();
  else if (button.dataset.turn !== undefined) {
    pressed = button.dataset.role;
    open(button.dataset);
  }
});

// A paragraph that is pressed while one is looked for is where the answer stands.
function point(target) {
  const paragraph = target.closest(".para");
  if (!paragraph || !side().classList.contains("picking")) return;
  say({ ...element.querySelector(".src").dataset, ...paragraph.dataset });
}

function say({ document, start, end, sha256 }) {
  trigger("like", { turn: side().picking, kind: "answer_is_elsewhere", document, start, end, sha256 });
  pick(null);
  close();
}

// On a narrow screen the pane is a sheet over the conversation: opened by a number, closed by its button or Esc.
function close() {
  side().classList.remove("open");
  const { turn, number = "" } = side().opener?.dataset || {};
  document.querySelector(`#thread [data-turn="${turn}"][data-number="${number}"]`)?.focus();
}

// Arrows go to the other citations, from a number of the answer or from anywhere in this pane.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && narrow.matches && side().classList.contains("open")) close();
  if (event.key === "Enter" && event.target.matches("#source .para")) point(event.target);
  const role = { ArrowLeft: "previous", ArrowRight: "next" }[event.key];
  if (!role || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!event.target.closest("#source, #thread .n") || event.target.closest("input, textarea, select")) return;
  const button = element.querySelector(`[data-role="${role}"]:not(:disabled)`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

function showQuote() {
  const quoted = element.querySelector(".para.now mark");
  const scrolled = element.querySelector(".doc");
  if (!quoted || !scrolled) return;
  const above = quoted.getBoundingClientRect().top - scrolled.getBoundingClientRect().top + scrolled.scrollTop;
  scrolled.scrollTo({ top: above - scrolled.clientHeight / 3, behavior: behavior() });
}

// What was pressed is drawn anew: the focus stays on it, or where it can no longer be pressed, on the document.
function keepFocus() {
  const role = pressed;
  pressed = "";
  const lost = document.activeElement === document.body || document.activeElement.disabled;
  if (!role || !lost) return;
  const again = element.querySelector(`[data-role="${role}"]:not(:disabled)`);
  (again || element.querySelector(".doc"))?.focus({ preventScroll: true });
}

function remember() {
  const link = element.querySelector(".src")?.dataset.link;
  if (link) history.replaceState(null, "", link);
}

watch("value", () =>
  requestAnimationFrame(() => {
    arrived();
    remember();
    showQuote();
    keepFocus();
    markCurrent();
    if (side().classList.contains("picking")) pick(side().picking);
  }),
);
