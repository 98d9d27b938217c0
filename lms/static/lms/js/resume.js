// Remembers how far somebody has read, so that they can go on there. Reading works without it.
//
// `[data-lms-resume]` is the lesson; the attribute is the address to tell. Told is `heading`, the id of the last heading
// that has been reached, at most every 15 seconds and when the page is left.

const PAUSE = 15_000; // milliseconds

function remember(lesson) {
  const token = lesson.querySelector("input[name=lms_csrf]")?.value ?? lesson.dataset.csrf ?? "";
  let reached = "";
  let told = "";
  let timer = 0;

  function tell() {
    clearTimeout(timer);
    timer = 0;
    if (!reached || reached === told) return;
    told = reached;
    const body = new URLSearchParams({ heading: reached, lms_csrf: token });
    navigator.sendBeacon(lesson.dataset.lmsResume, body);
  }

  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      // A heading counts when it is in sight, or has gone out of sight upwards.
      if (entry.isIntersecting || entry.boundingClientRect.top < 0) reached = later(reached, entry.target.id);
    }
    timer ||= setTimeout(tell, PAUSE);
  });
  const order = [...lesson.querySelectorAll(".lms-prose :is(h2, h3)[id]")].map((heading) => heading.id);
  const later = (one, other) => (order.indexOf(other) > order.indexOf(one) ? other : one);
  for (const id of order) watcher.observe(document.getElementById(id));

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") tell();
  });
}

document.querySelectorAll("[data-lms-resume]").forEach(remember);
