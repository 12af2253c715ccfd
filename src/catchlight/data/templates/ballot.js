"use strict";
(() => {
  const ballot = document.currentScript.closest("html").querySelector(".save").download.slice(5, 10);
  const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const places = ["1st", "2nd", "3rd"];
  const base32 = (number, count) =>
    Array.from({ length: count }, (_, i) => digits[(number >>> (5 * (count - 1 - i))) & 31]).join("");
  // The lower 15 bits of FNV-1a, as in ballot.check_sum.
  const checkSum = (text) => {
    let value = 0x811c9dc5;
    for (const letter of text) value = Math.imul(value ^ letter.charCodeAt(0), 0x01000193) >>> 0;
    return base32(value, 3);
  };
  const one = (selector) => document.querySelector(selector);
  const buttons = [...document.querySelectorAll(".choose")];
  const letters = buttons.map((button) => button.dataset.letter);
  const [bar, said, code, dialog, large] = [one(".bar"), one(".said"), one("#code"), one("dialog"), one("dialog img")];

  // One name for this voter, so that a second vote replaces the first. It says nothing of who it is.
  let voter = base32(crypto.getRandomValues(new Uint32Array(1))[0], 4);
  try {
    voter = localStorage.getItem(`vote ${ballot}`) || voter;
    localStorage.setItem(`vote ${ballot}`, voter);
  } catch { /* a page opened from a file may keep nothing */ }

  let chosen = [];
  let shown = 0;
  let link = "";

  const show = () => {
    for (const button of buttons) {
      const at = chosen.indexOf(button.dataset.letter);
      const place = at < 0 ? "" : places[at] || `${at + 1}th`;
      button.setAttribute("aria-pressed", String(at >= 0));
      button.querySelector(".place").textContent = place;
      button.querySelector("[data-said]").textContent = place && `, your ${place} choice`;
    }
    const some = chosen.length > 0;
    said.textContent = some ? `Your choice: ${chosen.join(", ")}` : "Nothing chosen yet.";
    one(".code").hidden = !some;
    one(".bar .acts").hidden = !some;
    if (!some) return;
    const vote = `${ballot}-${chosen.join("")}-${voter}`;
    code.value = `${vote}-${checkSum(vote)}`;
    URL.revokeObjectURL(link);
    const file = JSON.stringify({ schema: "catchlight.vote/1", code: code.value, ranking: chosen }, null, 1);
    link = URL.createObjectURL(new Blob([`${file}\n`], { type: "application/json" }));
    one(".save").href = link;
    one(".copy").textContent = "Copy the code";
  };
  const toggle = (letter) => {
    chosen = chosen.includes(letter) ? chosen.filter((other) => other !== letter) : [...chosen, letter];
    show();
  };
  const enlarge = (at) => {
    shown = (at + letters.length) % letters.length;
    const image = buttons[shown].querySelector("img");
    large.src = image.src;
    large.alt = image.alt;
    one(".take").textContent = chosen.includes(letters[shown]) ? `Take back ${letters[shown]}` : `Choose ${letters[shown]}`;
    if (!dialog.open) dialog.showModal();
  };

  for (const button of buttons) button.addEventListener("click", () => toggle(button.dataset.letter));
  document.querySelectorAll(".larger").forEach((button, at) => button.addEventListener("click", () => enlarge(at)));
  one(".back").addEventListener("click", () => enlarge(shown - 1));
  one(".next").addEventListener("click", () => enlarge(shown + 1));
  one(".take").addEventListener("click", () => { toggle(letters[shown]); enlarge(shown); });
  one(".close").addEventListener("click", () => dialog.close());
  one(".clear").addEventListener("click", () => { chosen = []; show(); buttons[0].focus(); });
  one(".copy").addEventListener("click", async () => {
    code.select();
    let copied = false;
    try { await navigator.clipboard.writeText(code.value); copied = true; } catch { copied = document.execCommand("copy"); }
    one(".copy").textContent = copied ? "Copied" : "Select and copy it";
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === code) return;
    if (dialog.open && event.key === "ArrowLeft") enlarge(shown - 1);
    else if (dialog.open && event.key === "ArrowRight") enlarge(shown + 1);
    else if (letters.includes(event.key.toUpperCase())) {
      toggle(event.key.toUpperCase());
      if (dialog.open) enlarge(shown);
    }
  });
  bar.hidden = false;
  show();
})();
