// Moves the steps of an ordering question on the page itself. Without this file each move is a button that sends the form.
//
// `ol.lms-order` holds a step in each `li`, with a place select and buttons whose value ends in ":up" or ":down". Who
// chooses a place that another step has moves one step there, and the others close up: as the server reads it too
// (assessments/types/ordering.py). autosave.js hears of a change as of any other.

const placeOf = (step) => step.querySelector("select");

// The steps as they stand: those with a place at their place, the others between them in the order of the page.
function inOrder(steps) {
  const places = new Array(steps.length).fill(null);
  const rest = [];
  for (const step of steps) {
    const at = Number(placeOf(step).value) - 1;
    if (at >= 0 && !places[at]) places[at] = step;
    else rest.push(step);
  }
  return places.map((step) => step ?? rest.shift());
}

function arrange(list, steps) {
  const focused = document.activeElement;
  list.append(...steps);
  steps.forEach((step, at) => {
    placeOf(step).value = String(at + 1);
    step.querySelector("button[value$=':up']").disabled = at === 0;
    step.querySelector("button[value$=':down']").disabled = at === steps.length - 1;
  });
  if (!list.contains(focused)) return;
  const other = focused.disabled && focused.parentElement.querySelector("button:enabled");
  (other || focused).focus();
}

function ordering(list) {
  const steps = () => [...list.querySelectorAll(":scope > li")];

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button[value$=':up'], button[value$=':down']");
    if (!button) return;
    event.preventDefault();
    const now = inOrder(steps());
    const at = now.indexOf(button.closest("li"));
    const to = at + (button.value.endsWith(":up") ? -1 : 1);
    if (to < 0 || to >= now.length) return;
    [now[at], now[to]] = [now[to], now[at]];
    arrange(list, now);
    list.dispatchEvent(new Event("change", { bubbles: true }));
  });

  list.addEventListener("change", (event) => {
    const moved = event.target.closest("li");
    const place = moved && placeOf(moved).value;
    const others = steps().filter((step) => step !== moved);
    if (!place || !others.some((step) => placeOf(step).value === place)) return;
    placeOf(moved).value = "";
    const now = inOrder(steps()).filter((step) => step !== moved);
    now.splice(Number(place) - 1, 0, moved);
    arrange(list, now);
  });
}

document.querySelectorAll("ol.lms-order").forEach(ordering);
