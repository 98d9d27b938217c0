// Saves an answer as soon as it is given. The page works without this file: every question has its own save button.
//
// The form carries `data-autosave` with a key that is unique for what is being answered, and the sentences to show
// (components/forms.html, `autosave`). A question is a `fieldset[data-slot]` with a `.lms-save` line in it. What is sent
// is what the question's own save button would send, so the server has one way to save. It answers JSON:
// `saved_at_text` is shown; `step` goes into the question's `input[data-seen]`, which tells the server what this page
// has seen; `answered` says whether something is there now. A refusal has `error`, and `csrf` when the session was renewed.
//
// A button that leads away waits until everything is saved; without a connection the page stays, and says what is open.

const TYPING_PAUSE = 800; // milliseconds after the last key
const FIRST_RETRY = 2_000;
const LONGEST_RETRY = 60_000;
const LONGEST_WAIT = 15_000; // for an answer of the server
const SVG = "http://www.w3.org/2000/svg";

// Whether a control differs from what the page came with. (The form says autocomplete=off, so that no browser fills
// in what was there before a reload.)
function isTouched(element) {
  if (element.type === "hidden") return false;
  if (element.matches("[type=radio], [type=checkbox]")) return element.checked !== element.defaultChecked;
  if (element.matches("select")) {
    const given = [...element.options].find((option) => option.defaultSelected) ?? element.options[0];
    return element.value !== given?.value;
  }
  return element.matches("input, textarea") && element.value !== element.defaultValue;
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.storeKey = `lms-autosave:${form.dataset.autosave || form.action}`;
    this.waiting = new Map(); // slot -> {pairs, step}: given, but not yet saved
    this.timers = new Map();
    this.refused = new Set(); // slots that the server would not take as they are
    this.sending = null; // the promise of what is being sent now
    this.leaving = false;
    this.retry = FIRST_RETRY;
    this.retryTimer = 0;
  }

  start() {
    this.form.addEventListener("change", (event) => this.changed(event.target, 0));
    this.form.addEventListener("input", (event) => {
      if (event.target.matches("textarea, input:not([type=radio], [type=checkbox])")) this.changed(event.target, TYPING_PAUSE);
    });
    this.form.addEventListener("submit", (event) => this.submitted(event));
    addEventListener("online", () => this.send());
    addEventListener("beforeunload", (event) => {
      if (!this.leaving && (this.waiting.size || this.timers.size || this.refused.size)) event.preventDefault();
    });
    addEventListener("pageshow", (event) => {
      if (event.persisted) this.leaving = false;
    });
    // Answers that were given while this file was still on its way.
    for (const field of this.form.querySelectorAll("fieldset[data-slot]")) {
      const touched = [...field.elements].find((element) => isTouched(element));
      if (touched) this.changed(touched, 0);
    }
    this.takeUp();
  }

  // A question's own button, and Enter in a field, save that question. Any other button leads away.
  submitted(event) {
    if (this.leaving) return;
    const button = event.submitter;
    const pressed = button?.closest(".lms-save") ? button : document.activeElement;
    const field = !button || button.closest(".lms-save") || button.matches("[aria-hidden]") ? this.slotOf(pressed) : null;
    if (field && !this.isRefused(field.dataset.slot)) {
      event.preventDefault();
      this.save(field);
    } else if (this.waiting.size || this.timers.size) {
      event.preventDefault();
      this.leave(button);
    } else {
      this.leaving = true;
    }
  }

  // Refused before, and not changed since: only the whole page shows why.
  isRefused(slot) {
    return this.refused.has(slot) && !this.timers.has(slot) && !this.waiting.has(slot);
  }

  async leave(button) {
    for (const slot of [...this.timers.keys()]) this.take(this.field(slot));
    await this.send();
    if (this.waiting.size) {
      const [slot] = this.waiting.keys();
      this.field(slot)?.querySelector(".lms-save button")?.focus();
      return;
    }
    this.leaving = true;
    this.form.requestSubmit(button);
  }

  slotOf(element) {
    return element.closest("fieldset[data-slot]");
  }

  field(slot) {
    return this.form.querySelector(`fieldset[data-slot="${CSS.escape(slot)}"]`);
  }

  seen(field) {
    return field.querySelector("input[data-seen]");
  }

  changed(element, pause) {
    const field = this.slotOf(element);
    if (!field) return;
    const slot = field.dataset.slot;
    clearTimeout(this.timers.get(slot));
    this.timers.set(slot, setTimeout(() => this.save(field), pause));
  }

  save(field) {
    this.take(field);
    return this.send();
  }

  // Puts what the question holds now into the row of what is to be sent.
  take(field) {
    const slot = field.dataset.slot;
    clearTimeout(this.timers.get(slot));
    this.timers.delete(slot);
    this.waiting.set(slot, { pairs: this.pairs(field), step: this.seen(field)?.value });
    this.store();
  }

  // What the question's own save button would send.
  pairs(field) {
    const pairs = [];
    for (const [name, value] of new FormData(this.form)) {
      const inside = [...field.elements].some((element) => element.name === name);
      const common = this.form.querySelector(`:scope input[type=hidden][name="${CSS.escape(name)}"]`);
      if (inside || (common && !this.slotOf(common))) pairs.push([name, value]);
    }
    const button = field.querySelector(".lms-save button[name]");
    if (button) pairs.push([button.name, button.value]);
    return pairs;
  }

  // Ends when nothing waits any more, or when the server cannot be reached: then it tries again later.
  send() {
    this.sending ??= this.sendAll().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  async sendAll() {
    clearTimeout(this.retryTimer);
    while (this.waiting.size) {
      const [slot, answer] = this.waiting.entries().next().value;
      this.show(slot, "", this.words.saving);
      let again = true;
      try {
        again = await this.post(slot, answer);
      } catch {
        for (const other of this.waiting.keys()) this.show(other, "bad", this.words.offline);
      }
      if (again) {
        this.retryTimer = setTimeout(() => this.send(), this.retry);
        this.retry = Math.min(this.retry * 2, LONGEST_RETRY);
        return;
      }
      this.retry = FIRST_RETRY;
    }
  }

  // Returns whether to try again by itself.
  async post(slot, answer) {
    const body = new URLSearchParams(answer.pairs.filter(([, value]) => typeof value === "string"));
    const token = this.form.querySelector("input[name=lms_csrf]");
    const seen = this.seen(this.field(slot));
    if (token) body.set("lms_csrf", token.value);
    if (seen) body.set(seen.name, answer.stored ? answer.step : seen.value);
    const response = await fetch(this.form.action, {
      method: "POST",
      body,
      headers: { "X-Requested-With": "fetch" },
      signal: AbortSignal.timeout(LONGEST_WAIT),
    });
    if (response.status >= 500) {
      this.show(slot, "bad", this.words.offline);
      return true;
    }
    const said = await response.json();
    if (said.csrf) {
      // Signed out meanwhile. Once signed in again in another tab, the next try goes through.
      if (token) token.value = said.csrf;
      this.show(slot, "bad", said.error);
      return true;
    }
    const newer = this.waiting.get(slot) !== answer; // changed again while it was on its way
    if (!newer) this.waiting.delete(slot);
    if (response.ok) {
      if (seen && said.step !== undefined) seen.value = said.step;
      this.refused.delete(slot);
      if (!newer) this.show(slot, "ok", said.saved_at_text, said.answered);
    } else {
      this.refused.add(slot);
      this.show(slot, "bad", said.error);
    }
    this.store();
    return false;
  }

  show(slot, tone, text, answered = true) {
    const field = this.field(slot);
    const line = field?.querySelector(".lms-save");
    if (!line) return;
    line.toggleAttribute("data-tone", Boolean(tone));
    if (tone) line.dataset.tone = tone;
    line.querySelector(":scope > svg")?.remove();
    if (tone) line.prepend(this.icon(tone === "ok" ? "check" : "alert"));
    const words = line.querySelector("span");
    words.setAttribute("role", tone === "bad" ? "alert" : "status");
    if (words.textContent !== text) words.textContent = text;
    const button = line.querySelector("button");
    const label = tone === "bad" ? this.words.retry : this.words.again;
    if (button && tone && label) {
      button.classList.toggle("lms-btn--bad", tone === "bad");
      button.firstChild.textContent = label;
    }
    this.mark(field, tone, answered);
  }

  icon(name) {
    const svg = document.createElementNS(SVG, "svg");
    const use = document.createElementNS(SVG, "use");
    svg.setAttribute("class", "lms-i");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${this.words.icons}#i-${name}`);
    svg.append(use);
    return svg;
  }

  // The list of questions beside the form follows.
  mark(field, tone, answered) {
    const link = field.id && document.querySelector(`.lms-qnav a[href="#${CSS.escape(field.id)}"]`);
    if (!link || !tone) return;
    const state = tone === "bad" ? "bad" : answered ? "done" : "open";
    link.dataset.state = state;
    const words = link.querySelector(".lms-sr");
    if (words) words.textContent = `, ${{ bad: this.words.notSaved, done: this.words.answered, open: this.words.open }[state]}`;
  }

  // Answers that could not be sent survive a reload of this tab.
  store() {
    try {
      if (!this.waiting.size) sessionStorage.removeItem(this.storeKey);
      else sessionStorage.setItem(this.storeKey, JSON.stringify([...this.waiting]));
    } catch {
      // No storage in this browser: the answers are still on the page.
    }
  }

  takeUp() {
    let kept = [];
    try {
      kept = JSON.parse(sessionStorage.getItem(this.storeKey) ?? "[]");
    } catch {
      return;
    }
    for (const [slot, answer] of kept) {
      const field = this.field(slot);
      if (!field) continue;
      this.fill(field, answer.pairs);
      // Where the server has moved on since, it gets the old step and can show both answers.
      this.waiting.set(slot, { ...answer, stored: answer.step !== this.seen(field)?.value });
    }
    this.send();
  }

  fill(field, pairs) {
    for (const element of field.elements) {
      const values = pairs.filter(([name]) => name === element.name).map(([, value]) => value);
      if (element.matches("[type=radio], [type=checkbox]")) element.checked = values.includes(element.value);
      else if (element.matches("input:not([type=hidden]), select, textarea") && values.length) element.value = values[0];
    }
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form).start();
