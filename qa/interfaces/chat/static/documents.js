(function () {
  // The documents panel: what is indexed, what was left out, and how far the index is. All words are set as text.
  // What is sent is the other file's, sending.js; the two speak by events on this element.
  const panel = element.querySelector(".panel");
  const part = (name) => panel.querySelector(`[data-${name}]`);
  const narrow = matchMedia("(max-width: 860px)");
  const DRAWN = 300;
  let state = null;
  let listing = { revision: "", documents: [], left_out: [] };
  let lost = 0;
  let failed = false;
  let busyBefore = false;
  let timer = 0;

  // How far it is: asked again and again, and only while somebody looks.
  async function look() {
    clearTimeout(timer);
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch("api/state", { cache: "no-store" });
        if (!answer.ok) throw new Error(answer.statusText);
        await take(await answer.json());
        lost = 0;
      } catch {
        lost += 1;
      }
      paint();
    }
    const busy = state && (state.doing || state.phase === "opening" || looking());
    clearTimeout(timer);
    timer = setTimeout(look, busy ? 700 : 2500);
  }

  // Examples are looked for while the page is open already; it is drawn again until all are there.
  const looking = () => document.querySelector("#thread [data-looking]");

  async function take(found) {
    const before = state;
    state = found;
    if (state.phase === "failed") failed = true;
    element.dispatchEvent(new CustomEvent("state", { detail: state }));
    if (looking() || (before && (before.revision !== state.revision || before.phase !== state.phase))) {
      trigger("submit", { thread: failed && state.phase === "ready" }); // while it opens the conversation says so itself
    }
    if (state.phase === "ready") failed = false;
    if (!panel.hidden) await list();
  }

  async function list() {
    if (!state || state.revision === listing.revision) return;
    if (state.phase !== "ready") return;
    const answer = await fetch("api/listing", { cache: "no-store" });
    if (!answer.ok) return;
    listing = await answer.json();
    element.dispatchEvent(new CustomEvent("listing", { detail: listing }));
    draw();
  }

  const counted = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

  function doing() {
    if (!state) return "";
    const { phase, doing, done, total } = state;
    const of = total ? ` ${done.toLocaleString("en")} of ${total.toLocaleString("en")}` : "";
    return doing ? `${doing}${of}` : phase === "opening" ? "opening" : "";
  }

  // The bar is drawn anew after each question; what stands in it beside the counts is put there again.
  function paint() {
    if (!state) return;
    const now = doing();
    const shown = busyBefore ? now : ""; // what is over in a moment need not flicker
    busyBefore = Boolean(now);
    const trouble = lost > 1 ? "The program does not answer. Is it still running?" : state.problem;
    paintBar(shown, trouble);
    if (panel.hidden) return;
    const sums = [counted(state.documents, "document"), counted(state.passages, "passage")];
    write(part("sums"), state.phase === "ready" ? sums.join(" · ") : "Nothing can be asked yet");
    part("going").hidden = !shown;
    write(part("doing"), shown ? `Bringing the index up to date: ${shown}` : "");
    const bar = part("going").querySelector("progress");
    if (state.total) [bar.max, bar.value] = [state.total, state.done];
    else bar.removeAttribute("value");
    part("trouble").hidden = !trouble;
    write(part("trouble"), trouble);
  }

  function paintBar(shown, trouble) {
    const live = document.querySelector("#bar [data-live]");
    if (!live) return;
    const words = lost > 1 ? "not connected" : shown ? `updating: ${shown}` : trouble ? "not up to date" : "";
    write(live, words);
    live.hidden = !words;
    live.classList.toggle("warn", Boolean(trouble));
    for (const button of openers()) {
      const expanded = String(!panel.hidden);
      if (button.getAttribute("aria-expanded") !== expanded) button.setAttribute("aria-expanded", expanded);
    }
  }

  function write(place, words) {
    if (place.textContent !== words) place.textContent = words;
  }

  function make(tag, name, words) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (words !== undefined) made.textContent = words;
    return made;
  }

  // The list.
  function draw() {
    const wanted = part("find").value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const has = (fields) => {
      const text = fields.filter(Boolean).join(" ").toLocaleLowerCase();
      return wanted.every((word) => text.includes(word));
    };
    const found = listing.documents.filter((one) => has([one.title, one.outlet, one.author, one.date, one.path]));
    part("there").replaceChildren(...found.slice(0, DRAWN).map(row));
    const more = found.length - DRAWN;
    const said = found.length ? (more > 0 ? `and ${more.toLocaleString("en")} more: narrow the list` : "") : "No document has these words.";
    write(part("none"), listing.revision ? said : "");
    part("none").hidden = !part("none").textContent;
    const out = listing.left_out.filter((one) => has([one.path, one.reason]));
    part("out").hidden = !out.length;
    part("to-out").hidden = !listing.left_out.length;
    write(part("to-out"), `${listing.left_out.length.toLocaleString("en")} left out`);
    part("out").querySelector("h3").textContent = `Left out: ${counted(listing.left_out.length, "file")}`;
    part("out").querySelector("ul").replaceChildren(...out.slice(0, DRAWN).map(leftOut));
  }

  function row(one) {
    const item = make("li", "one");
    const title = make("button", "title");
    title.type = "button";
    title.dataset.open = one.id;
    title.append(bdi(one.title));
    const words = make("div", "");
    words.append(title, about(one));
    for (const note of one.notes) words.append(make("p", "note", note));
    item.append(words);
    if (listing.documents.length > 1) {
      const only = make("button", "pill", "Ask only this");
      only.type = "button";
      only.dataset.only = one.path;
      only.setAttribute("aria-label", `Ask only this: ${one.title}`);
      item.append(only);
    }
    return item;
  }

  function about(one) {
    const line = make("p", "meta");
    const fields = [one.outlet, one.author, one.date, one.path, counted(one.passages, "passage")].filter(Boolean);
    fields.forEach((field, place) => line.append(...(place ? [" · "] : []), bdi(field)));
    return line;
  }

  function leftOut(one) {
    const item = make("li", "");
    item.append(bdi(one.path), `: ${one.reason}`);
    return item;
  }

  function bdi(words) {
    return make("bdi", "", words);
  }

  // Open and shut. On a narrow screen what lies below cannot be reached meanwhile.
  const openers = () => document.querySelectorAll("#bar [data-documents]");
  const below = () => ["bar", "app"].map((id) => document.getElementById(id)).filter(Boolean);

  async function open({ at = "" } = {}) {
    if (panel.hidden) {
      panel.hidden = false;
      if (narrow.matches) for (const one of below()) one.inert = true;
      panel.focus({ preventScroll: true });
    }
    await look();
    if (at === "out") showLeftOut();
  }

  function showLeftOut() {
    part("find").value = "";
    draw();
    part("out").scrollIntoView({ block: "start" });
    part("out").querySelector("h3").focus({ preventScroll: true });
  }

  function shut({ back = true } = {}) {
    panel.hidden = true;
    for (const one of below()) one.inert = false;
    paint();
    if (back) openers()[0]?.focus();
  }

  function askOnly(path) {
    const field = document.querySelector("#filters [name=document]");
    if (!field) return;
    if (field.options && ![...field.options].some((option) => option.value === path)) field.add(new Option(path, path));
    field.value = path;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    shut({ back: false });
    document.querySelector("#question textarea")?.focus();
  }

  // Whoever can show a document better prevents this event's default.
  function openDocument(id) {
    const one = listing.documents.find((document) => document.id === id);
    const asked = new CustomEvent("open-document", { detail: { id, path: one.path }, bubbles: true, cancelable: true });
    if (element.dispatchEvent(asked)) {
      trigger("click", { document: id });
      const source = document.getElementById("source");
      const watching = new MutationObserver(() => {
        if (document.activeElement === document.body) source.querySelector(narrow.matches ? "[data-close]" : ".doc")?.focus();
      });
      watching.observe(source, { childList: true, subtree: true });
      setTimeout(() => watching.disconnect(), 5000);
    }
    shut({ back: false });
    document.getElementById("side")?.classList.add("open");
  }

  async function sync() {
    part("sync").disabled = true;
    write(part("sums"), "Looking at the folder…");
    try {
      await fetch("api/sync", { method: "POST" });
    } catch {
      lost += 1;
    }
    part("sync").disabled = false;
    await look();
  }

  document.addEventListener("click", ({ target }) => {
    const opener = target.closest("[data-documents]");
    if (!opener) return;
    const at = opener.dataset.documents;
    if (panel.hidden || at) open({ at });
    else shut();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    if (event.target === part("find") && part("find").value) return; // the field empties itself
    event.stopPropagation();
    shut();
  }, true);
  panel.addEventListener("click", ({ target }) => {
    const pressed = target.closest("button");
    if (!pressed) return;
    if (pressed.dataset.shut !== undefined) shut();
    else if (pressed.dataset.toOut !== undefined) showLeftOut();
    else if (pressed.dataset.sync !== undefined) sync();
    else if (pressed.dataset.only !== undefined) askOnly(pressed.dataset.only);
    else if (pressed.dataset.open !== undefined) openDocument(pressed.dataset.open);
  });
  part("find").addEventListener("input", draw);
  element.addEventListener("open-panel", () => open());
  element.addEventListener("sync", sync);
  document.addEventListener("visibilitychange", look);
  narrow.addEventListener("change", () => {
    for (const one of below()) one.inert = narrow.matches && !panel.hidden;
  });
  const bar = document.getElementById("bar");
  if (bar) new MutationObserver(() => state && paintBar(busyBefore ? doing() : "", state.problem)).observe(bar, { childList: true, subtree: true });
  look();
})();
