// Kept drafts, smooth progress, and times on this browser's clock. Every page is complete without this file.
"use strict";
(() => {
  const BEFORE = "fedi-draft:", PAUSE = 20000;
  const stored = (act) => { try { return act(localStorage); } catch { return null; } };
  const keys = () => stored((s) => Object.keys(s).filter((key) => key.startsWith(BEFORE))) || [];
  const forget = (key) => stored((s) => s.removeItem(key));

  // As the pages write them: the world's English puts the day before the month and counts hours to 24.
  const spoken = document.documentElement.lang, lang = spoken === "en" ? "en-GB" : spoken;
  const clock = { hour: "2-digit", minute: "2-digit" };
  const moment = (at) => at.toLocaleString(lang, {
    day: "numeric", month: "long", ...(at.getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" }), ...clock,
  });

  for (const time of document.querySelectorAll("time[data-clock]")) time.textContent = moment(new Date(time.dateTime));
  // On a narrow screen the entries stand in a row that scrolls: the one of this page comes into view.
  const here = document.querySelector(".vnav [aria-current]"), row = here && here.parentElement;
  if (row && row.scrollWidth > row.clientWidth) {
    const [at, all] = [here.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += at.left + at.width / 2 - all.left - all.width / 2;
  }
  // What was published or thrown away, or belongs to somebody who signs out, is not kept here.
  for (const out of document.querySelectorAll("form[action='/sign-out']"))
    out.addEventListener("submit", () => keys().forEach(forget));
  const left = stored(() => sessionStorage.getItem("fedi-left"));

  const form = document.querySelector("form[data-keep]");
  // The server took what was sent where this page says so; without that, a lost connection would lose the text.
  const taken = new URLSearchParams(location.search).has("said") || /\/(drafts|waiting)\//.test(location.pathname);
  if (left && taken && !(form && left.endsWith(new URL(form.action).pathname))) forget(left);
  stored(() => sessionStorage.removeItem("fedi-left"));
  if (form) keep(form);
  for (const bar of document.querySelectorAll("[data-progress]")) follow(bar);

  function keep(form) {
    const line = document.getElementById("kept"), csrf = form.elements.csrf.value;
    // What is no draft on the server has no version: this browser alone keeps it.
    const version = form.elements.version || { value: "" };
    const key = () => BEFORE + form.dataset.keep + ":" + new URL(form.action).pathname;
    const NOT = new Set(["csrf", "version", "do"]);
    const typed = () => [...new FormData(form)].filter(([name, value]) => !NOT.has(name) && typeof value === "string");
    const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
    let saved, stopped = false;

    for (const zone of form.querySelectorAll("input[list=zones]"))
      if (!zone.value) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
    saved = typed();
    restore();

    let waiting;
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(note, 400); });
    addEventListener("pagehide", note);
    form.addEventListener("submit", () => {
      note();
      stored(() => sessionStorage.setItem("fedi-left", key()));
    });
    if (form.elements.version) setInterval(send, PAUSE);

    function note() {
      clearTimeout(waiting);
      if (same(typed(), saved)) return;
      const kept = { at: Date.now(), version: version.value, typed: typed() };
      stored((s) => s.setItem(key(), JSON.stringify(kept)));
    }
    function restore() {
      const text = stored((s) => s.getItem(key()));
      if (!text) return;
      const kept = JSON.parse(text);
      // The page shows what was sent and refused, or what the server keeps: the same as here, what it made of it
      // when a button was pressed (a row more, say), or something older than this.
      const made = left === key() && kept.version !== version.value;
      if (made || same(kept.typed, saved) || document.querySelector("[role=alert]")) { forget(key()); return; }
      const values = new Map();
      for (const [name, value] of kept.typed) values.set(name, [...(values.get(name) || []), value]);
      for (const field of form.elements) {
        if (!field.name || NOT.has(field.name) || field.type === "file" || field.type === "submit") continue;
        const own = values.get(field.name) || [];
        if (field.type === "radio" || field.type === "checkbox") field.checked = own.includes(field.value);
        else if (values.has(field.name)) field.value = own.shift();
      }
      version.value = kept.version;
      const at = moment(new Date(kept.at));
      const note = document.createElement("div"), words = document.createElement("p"), back = document.createElement("button");
      note.className = "note warn";
      note.setAttribute("role", "status");
      words.textContent = `${form.dataset.restored} ${at} `;
      back.type = "button";
      back.className = "btn small line";
      back.textContent = form.dataset.discard;
      back.addEventListener("click", () => { saved = typed(); forget(key()); location.reload(); });
      note.append(document.createElement("span"), words);
      words.append(back);
      form.before(note);
    }
    async function send() {
      const now = typed();
      if (stopped || same(now, saved)) return;
      const body = new FormData();
      for (const [name, value] of [...now, ["version", version.value], ["do", "save"]]) body.append(name, value);
      let answer;
      try {
        answer = await fetch(form.action, { method: "POST", body, headers: { "X-CSRF": csrf, Accept: "application/json" } });
      } catch {
        line.textContent = form.dataset.failed;
        return;
      }
      const told = await answer.json().catch(() => ({}));
      if (!answer.ok || !told.url) {
        // Somebody else saved it, or nobody is signed in any more: what is typed stays here until it is sent by hand.
        stopped = answer.status !== 503;
        line.textContent = [told.error, told.cure].filter(Boolean).join(" ") || form.dataset.failed;
        return;
      }
      forget(key());
      saved = now;
      version.value = told.version;
      if (told.url !== new URL(form.action).pathname) {
        form.action = told.url;
        history.replaceState(null, "", told.url);
      }
      const at = new Date(told.at).toLocaleTimeString(lang, clock);
      line.textContent = form.dataset.saved.replace("…", at);
      note();
    }
  }

  async function follow(bar) {
    for (;;) {
      await new Promise((done) => setTimeout(done, 3000));
      const answer = await fetch(bar.dataset.progress, { headers: { Accept: "application/json" } }).catch(() => null);
      if (!answer || !answer.ok) continue;
      const now = await answer.json();
      bar.querySelector("progress").max = now.planned;
      bar.querySelector("progress").value = now.delivered;
      for (const [name, words] of Object.entries(now.words)) {
        const at = bar.querySelector(`[data-word=${name}]`);
        if (at) at.textContent = words;
      }
      if (!now.waiting) return;
    }
  }
})();
