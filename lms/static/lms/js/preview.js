// Shows Markdown as readers will see it, while it is being written. Without this file the preview is a button away.
//
// `[data-lms-preview]` holds the address to ask, one textarea and one `[data-lms-pane]`. The server gets `text` and the
// form's token, and answers with HTML that it has cleaned itself.

const PAUSE = 500; // milliseconds after the last key

function watch(editor) {
  const area = editor.querySelector("textarea");
  const pane = editor.querySelector("[data-lms-pane]");
  if (!area || !pane) return;
  let timer = 0;
  let asked = null;

  async function refresh() {
    asked?.abort();
    asked = new AbortController();
    const token = area.form?.querySelector("input[name=lms_csrf]");
    const body = new URLSearchParams({ text: area.value, lms_csrf: token?.value ?? "" });
    try {
      const response = await fetch(editor.dataset.lmsPreview, {
        method: "POST",
        body,
        headers: { "X-Requested-With": "fetch" },
        signal: asked.signal,
      });
      if (!response.ok) throw new Error(response.statusText);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      pane.replaceChildren(...page.body.childNodes);
      pane.removeAttribute("data-stale");
    } catch (error) {
      if (error.name === "AbortError") return;
      pane.setAttribute("data-stale", "");
      if (editor.dataset.failed) pane.textContent = editor.dataset.failed;
    }
  }

  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE);
  });
  if (area.value !== area.defaultValue) refresh(); // written while this file was still on its way
}

document.querySelectorAll("[data-lms-preview]").forEach(watch);
