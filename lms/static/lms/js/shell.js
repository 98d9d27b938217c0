// Small comforts of every page. Without this file all of it still works by mouse, keyboard and reload.

// Open menus close on Escape and on a click elsewhere.
const openMenus = () => document.querySelectorAll("details.lms-drop[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  }
});

// A refused form begins at what is wrong: screen readers do not announce an alert that is there from the start.
const errors = document.querySelector(".lms-errors");
if (errors && !location.hash) {
  errors.tabIndex = -1;
  errors.focus();
}
