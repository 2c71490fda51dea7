// Stands before the scripts of the conversation and of the source pane; each runs once, in a function of its own.
const narrow = matchMedia("(max-width: 860px)");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const behavior = () => (still.matches || narrow.matches ? "auto" : "smooth");
const side = () => document.getElementById("side");

// A line for screen readers and eyes: what a button did.
function tell(words) {
  const line = document.getElementById("told");
  line.textContent = words;
  line.classList.add("on");
  clearTimeout(line.timer);
  line.timer = setTimeout(() => line.classList.remove("on"), 2500);
}

async function copy(text, words) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const box = document.createElement("textarea"); // where the page is not served to this computer alone
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  tell(words);
}

// What a pressed button says in its data attributes; true where it was a thing of this file.
function copied(button) {
  if (button.dataset.copy !== undefined) copy(button.dataset.copy, "Copied with its citation.");
  else if (button.dataset.copyLink !== undefined) {
    copy(new URL(button.dataset.copyLink, location.href).href, "Link copied.");
  } else return false;
  return true;
}

// The number whose quote stands in the source pane.
function markCurrent() {
  const [turn, number] = (document.querySelector("#source .src")?.dataset.at || "").split(" ");
  for (const button of document.querySelectorAll("#thread .n")) {
    const current = button.dataset.turn === turn && button.dataset.number === number;
    if (current) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

// What is said of an answer is kept in a local file. Saying that the answer is elsewhere lets a paragraph be pointed at.
function pick(turn) {
  side().picking = turn;
  side().classList.toggle("picking", turn !== null);
  for (const paragraph of document.querySelectorAll("#source .para")) {
    if (turn === null) {
      paragraph.removeAttribute("tabindex");
      paragraph.removeAttribute("role");
    } else {
      paragraph.tabIndex = 0;
      paragraph.setAttribute("role", "button");
    }
  }
}
