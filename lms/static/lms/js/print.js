// A button that prints the page. Without this file it stays hidden; the browser's own menu prints just the same.
for (const button of document.querySelectorAll("[data-lms-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
