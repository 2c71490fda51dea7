// The conversation: questions are sent, numbers open their source, and show their quote before they are pressed.
const address = new URL(location.href);
let serial = 0;
let literal = false;
let waiting = false; // a question that was sent while nothing could be asked
let notes = new Set();
let told = null; // the button that said something of an answer; it is drawn anew

const ready = () => element.querySelector("[data-ready], .turn");
const box = () => document.querySelector("#question textarea");
const chosen = () => ({ ...document.getElementById("filters")?.chosen });

// The page closes its stream of answers while nothing is asked; a question that is sent in that instant can be missed.
// So a question that is not shown is sent again, after 5, 10, 20 and 40 seconds. Its number tells that it is the same.
function ask(question, more) {
  const said = { ask: question, serial: ++serial, only: chosen(), ...more };
  const send = (wait) => {
    if (element.querySelector(`.turn[data-serial="${said.serial}"]`)) return;
    if (wait > 40_000) return giveBack(question);
    trigger("submit", said);
    setTimeout(send, wait, 2 * wait);
  };
  send(5000);
}

function giveBack(question) {
  if (!box().value) write(question);
  tell("The program does not answer. Your question is in the box again.");
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || button.disabled || copied(button)) return;
  const said = button.dataset;
  if (said.edit !== undefined) edit(said.edit);
  else if (said.ask !== undefined) ask(said.ask, said.literal !== undefined ? { literal: true } : {});
  else if (said.pick !== undefined) {
    side().classList.add("open");
    pick(said.turn);
    side().querySelector("[data-elsewhere]")?.focus();
  } else if (said.kind !== undefined) {
    told = button;
    trigger("like", { ...said });
  }
  else if (said.turn !== undefined) open(button);
});

function open(button) {
  hidePeek();
  side().show(button.dataset);
  side().classList.add("open");
  side().opener = button;
  if (narrow.matches) requestAnimationFrame(() => side().querySelector("[data-close]")?.focus());
}

// A question that is put into the box to be changed is asked as it then stands.
function edit(question) {
  write(question);
  literal = true;
  box().focus();
  tell("Change the question and press Enter: it is asked as it stands.");
}

function write(text) {
  box().value = text;
  box().dispatchEvent(new Event("input", { bubbles: true }));
}

// The box is read and emptied in the same instant. Gradio's own submit does both some time after the key, and would
// take the next question for this one, or wipe it out, when somebody types fast or the machine is slow.
// Before the first view is there nothing can be asked: the question waits in the box until it can.
function send() {
  waiting = !ready();
  if (waiting) return tell("The documents are still being read. Your question is asked as soon as they are.");
  const question = box().value;
  const more = literal ? { literal: true } : {};
  write("");
  if (question.trim()) ask(question, more);
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches("#question textarea")) return;
  waiting = false;
  if (!target.value) literal = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    hidePeek();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  if (!event.target.matches("#question textarea")) return;
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  event.stopPropagation();
  send();
}, true);
document.addEventListener("click", (event) => {
  if (event.target.closest("#send")) send();
  const wanted = event.target.closest("[data-export]");
  if (wanted) trigger("download", { export: wanted.dataset.export });
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (wanted || !menu.contains(event.target)) menu.open = false;
  }
});

// The quote of a number, beside it, while it is pointed at or focused. Esc takes it away; the pointer may go into it.
const peek = document.createElement("div");
peek.id = "peek";
peek.setAttribute("aria-hidden", "true"); // the number is described by the same words
peek.hidden = true;
document.querySelector(".gradio-container").append(peek);
let leaving;
let shownFor;

function showPeek(button) {
  clearTimeout(leaving);
  shownFor = button;
  const words = document.getElementById(button.getAttribute("aria-describedby"));
  if (!words || narrow.matches) return;
  peek.replaceChildren(...[...words.childNodes].map((node) => node.cloneNode(true)));
  peek.hidden = false;
  const at = button.getBoundingClientRect();
  const left = Math.min(Math.max(12, at.left - 24), innerWidth - peek.offsetWidth - 12);
  const below = at.bottom + 8 + peek.offsetHeight < innerHeight;
  peek.style.left = `${left}px`;
  peek.style.top = `${below ? at.bottom + 8 : Math.max(8, at.top - 8 - peek.offsetHeight)}px`;
}

function hidePeek() {
  clearTimeout(leaving);
  peek.hidden = true;
}

const hideSoon = () => {
  clearTimeout(leaving);
  leaving = setTimeout(hidePeek, 150);
};
element.addEventListener("mouseover", ({ target }) => {
  const button = target.closest(".n");
  if (button) showPeek(button);
});
element.addEventListener("mouseout", ({ target }) => {
  if (target.closest(".n")) hideSoon();
});
element.addEventListener("focusin", ({ target }) => {
  if (target.matches(".n:focus-visible")) showPeek(target);
});
element.addEventListener("focusout", hideSoon);
peek.addEventListener("mouseenter", () => clearTimeout(leaving));
peek.addEventListener("mouseleave", hideSoon);
element.closest("#thread").addEventListener(
  "scroll",
  () => {
    if (peek.hidden) return;
    if (shownFor.isConnected && shownFor.matches(":hover, :focus-visible")) showPeek(shownFor);
    else hidePeek();
  },
  { passive: true },
);

// A new question, and then its answer, is brought to the top; a source that is opened moves nothing here.
function showLastTurn() {
  const turns = element.querySelectorAll(".turn");
  const last = turns[turns.length - 1];
  const state = `${turns.length} ${Boolean(last && last.querySelector(".a, .no"))}`;
  if (!last || state === element.dataset.state) return;
  element.dataset.state = state;
  if (last.dataset.link && !last.querySelector(".n")) history.replaceState(null, "", last.dataset.link);
  const scrolled = element.closest("#thread");
  const above = last.getBoundingClientRect().top - scrolled.getBoundingClientRect().top + scrolled.scrollTop;
  scrolled.scrollTo({ top: above - 16, behavior: behavior() });
}

// What was said of an answer is confirmed where it is seen, and the focus stays on the button.
function showNote() {
  const all = [...element.querySelectorAll(".noted")];
  const key = (note) => `${note.closest(".turn").getAttribute("aria-label")} ${note.textContent}`;
  const fresh = all.find((note) => !notes.has(key(note)));
  notes = new Set(all.map(key));
  if (!fresh) return;
  if (told && document.activeElement === document.body) {
    const { turn, kind, number } = told.dataset;
    const which = number === undefined ? "" : `[data-number="${number}"]`;
    element.querySelector(`[data-turn="${turn}"][data-kind="${kind}"]${which}`)?.focus({ preventScroll: true });
  }
  told = null;
  fresh.scrollIntoView({ block: "nearest", behavior: behavior() });
}

// A link is followed once, as soon as the documents can be asked.
function followLink() {
  const question = address.searchParams.get("q");
  if (!question || serial || !element.querySelector("[data-ready]")) return;
  ask(question, { link: address.search });
}

watch("value", () =>
  requestAnimationFrame(() => {
    hidePeek();
    followLink();
    if (waiting && ready()) send();
    showLastTurn();
    showNote();
    markCurrent();
  }),
);
