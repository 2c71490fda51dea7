(function () {
  // Sends documents, one after the other, and says of each what became of it.
  const panel = element.querySelector(".panel");
  const part = (name) => panel.querySelector(`[data-${name}]`);
  const field = panel.querySelector("input[type=file]");
  const rows = part("sent").querySelector("ul");
  const waiting = [];
  const MIB = 1024 * 1024;
  let taken = null; // what may be sent; null where nothing may
  let sending = null;
  let unindexed = 0;
  let documents = [];

  element.addEventListener("state", ({ detail }) => {
    taken = detail.upload;
    part("send").hidden = !taken;
    if (taken) part("limits").textContent = limits();
  });
  element.addEventListener("listing", ({ detail }) => {
    documents = detail.documents;
    for (const row of rows.children) if (row.dataset.path) showAdded(row);
  });

  // "or drop them here: .docx, .pdf up to 200 MiB; .md, .txt up to 20 MiB"
  function limits() {
    const sizes = new Map();
    for (const [suffix, size] of Object.entries(taken.suffixes)) sizes.set(size, [...(sizes.get(size) || []), suffix]);
    const said = [...sizes].map(([size, suffixes]) => `${suffixes.join(" ")} up to ${size / MIB} MiB`);
    return `or drop them here. ${said.join("; ")}.`;
  }

  const suffix = (name) => (name.match(/\.[^.]*$/) || [""])[0].toLowerCase();

  // What is certain to be refused need not be sent; the server looks again.
  function reason(file) {
    const largest = taken.suffixes[suffix(file.name)];
    if (!largest) return `${suffix(file.name) || "a file without suffix"} is not read here (readable: ${Object.keys(taken.suffixes).join(", ")})`;
    return file.size > largest ? `larger than the ${largest / MIB} MiB allowed for ${suffix(file.name)}; divide it` : "";
  }

  function add(files, folders = []) {
    if (!taken || !files.length) return;
    element.dispatchEvent(new CustomEvent("open-panel"));
    part("sent").hidden = false;
    for (const file of files) {
      const row = document.createElement("li");
      const name = document.createElement("bdi");
      name.textContent = file.name;
      row.append(name);
      rows.append(row);
      const why = folders.includes(file.name) ? "a folder: open it, and send its files" : reason(file);
      if (why) say(row, "refused", why);
      else {
        say(row, "waiting", "waiting");
        waiting.push({ file, row });
      }
    }
    next();
  }

  function say(row, outcome, words) {
    row.dataset.outcome = outcome;
    row.querySelector("progress")?.remove();
    const said = row.querySelector("p") || row.appendChild(document.createElement("p"));
    if (said.textContent !== words) said.textContent = words;
    sum();
  }

  function next() {
    if (sending || !waiting.length) return;
    const { file, row } = waiting.shift();
    const bar = document.createElement("progress");
    bar.max = file.size || 1;
    bar.setAttribute("aria-label", `Sending ${file.name}`);
    say(row, "sending", "sending");
    row.append(bar);
    sending = new XMLHttpRequest();
    sending.open("PUT", `api/documents/${encodeURIComponent(file.name)}?index=false`);
    sending.upload.onprogress = ({ loaded }) => (bar.value = Math.min(loaded, bar.max));
    sending.upload.onload = () => say(row, "sending", "reading");
    sending.onload = () => ended(row, sending.status, answerOf(sending));
    sending.onerror = () => ended(row, 0, { detail: "the connection was lost: send it again" });
    sending.onabort = () => ended(row, 0, { detail: "stopped" });
    sending.send(file);
    sum();
  }

  function answerOf(request) {
    try {
      return JSON.parse(request.responseText);
    } catch {
      return { detail: `the program answered ${request.status}` };
    }
  }

  function ended(row, status, told) {
    sending = null;
    if (status === 201) {
      unindexed += 1;
      row.dataset.path = told.path;
      row.dataset.note = told.note;
      showAdded(row);
    } else if (status === 200) say(row, "present", `is there already as ${told.path}`);
    else say(row, "refused", told.detail || "it was not taken");
    if (!waiting.length && unindexed) {
      unindexed = 0;
      element.dispatchEvent(new CustomEvent("sync"));
    }
    next();
  }

  function showAdded(row) {
    const { path, note } = row.dataset;
    const own = documents.filter((document) => document.path === path || document.path.startsWith(`${path}/`));
    const count = own.reduce((sum, document) => sum + document.passages, 0);
    const passages = own.length ? `: ${count.toLocaleString("en")} passage${count === 1 ? "" : "s"}` : ", not indexed yet";
    const as = path === row.querySelector("bdi").textContent ? "added" : `added as ${path}`;
    say(row, "added", `${as}${passages}${note ? ` (${note})` : ""}`);
  }

  // "2 added, 1 refused"
  function sum() {
    const number = (...outcomes) => [...rows.children].filter((row) => outcomes.includes(row.dataset.outcome)).length;
    const left = number("waiting", "sending");
    const counts = { added: number("added"), "there already": number("present"), refused: number("refused"), "to go": left };
    const words = Object.entries(counts).filter(([, count]) => count).map(([name, count]) => `${count} ${name}`);
    const said = words.join(", ");
    if (part("outcome").textContent !== said) part("outcome").textContent = said;
    part("stop").hidden = !left;
    part("clear").hidden = Boolean(left);
    part("sent").hidden = !rows.children.length;
  }

  panel.addEventListener("click", ({ target }) => {
    const pressed = target.closest("button");
    if (!pressed) return;
    if (pressed.dataset.choose !== undefined) field.click();
    else if (pressed.dataset.stop !== undefined) {
      for (const { row } of waiting.splice(0)) say(row, "refused", "stopped");
      sending?.abort();
    } else if (pressed.dataset.clear !== undefined) {
      rows.replaceChildren();
      sum();
      part("choose").focus();
    }
  });
  field.addEventListener("change", () => {
    add([...field.files]);
    field.value = "";
  });

  // A file that is dropped beside the panel must not be opened by the browser in the place of the page.
  const isFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  let inside = 0;
  function over(shown) {
    panel.classList.toggle("over", shown);
    if (shown && taken) element.dispatchEvent(new CustomEvent("open-panel"));
  }
  addEventListener("dragenter", (event) => isFiles(event) && ++inside === 1 && over(true));
  addEventListener("dragleave", (event) => isFiles(event) && --inside === 0 && over(false));
  addEventListener("dragover", (event) => isFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    inside = 0;
    over(false);
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
    add([...event.dataTransfer.files], entries.filter((entry) => entry?.isDirectory).map((entry) => entry.name));
  });
})();
