// A file that was made for the visitor: the browser keeps it where it keeps what it downloads.
watch("value", () =>
  requestAnimationFrame(() => {
    const problem = element.querySelector("[data-problem]");
    const file = element.querySelector("[data-name]");
    if (problem) tell(problem.textContent);
    if (!file) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file.textContent], { type: "application/octet-stream" }));
    link.download = file.dataset.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    tell(`Saved as ${file.dataset.name}`);
    file.remove();
  }),
);
