(function () {
  // What is chosen is kept on the element that stays when the lists are drawn anew; thread.js sends it with each question.
  const place = element.closest("#filters");
  const chosen = (place.chosen = {});
  let open = false;

  // Not "change": that comes with the press on another part of the page, and what is pressed must stay where it is.
  element.addEventListener("input", ({ target }) => {
    const value = target.value.trim();
    if (value) chosen[target.name] = value;
    else delete chosen[target.name];
    showChosen();
  });

  element.addEventListener("click", ({ target }) => {
    if (target.closest("summary")) open = !target.closest("details").open;
    if (!target.closest("[data-clear]")) return;
    for (const name of Object.keys(chosen)) delete chosen[name];
    showAll();
    element.querySelector("summary").focus();
  });

  // The line that is seen when the area is closed: what holds for the next question.
  function showChosen() {
    const set = element.querySelector("[data-set]");
    if (!set) return;
    set.replaceChildren(
      ...Object.entries(chosen).map(([name, value]) => {
        const chip = document.createElement("span");
        chip.className = "chip on";
        chip.textContent = `${name} ${value}`;
        return chip;
      }),
    );
    element.querySelector("[data-clear]").disabled = !set.childElementCount;
  }

  // A value that is gone from the folder stays chosen: the next answer says that it is gone. A kind that is gone, does not.
  function showAll() {
    for (const name of Object.keys(chosen)) if (!element.querySelector(`[name="${name}"]`)) delete chosen[name];
    for (const field of element.querySelectorAll("[name]")) {
      const value = chosen[field.name] || "";
      if (field.value === value) continue;
      if (field.options && ![...field.options].some((option) => option.value === value)) {
        field.add(new Option(value, value));
      }
      field.value = value;
    }
    const area = element.querySelector("details");
    if (area) area.open = open;
    showChosen();
  }

  watch("value", () => requestAnimationFrame(showAll));
})();
