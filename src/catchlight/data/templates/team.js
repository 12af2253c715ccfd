"use strict";
(() => {
  const find = document.querySelector(".find");
  if (!find) return;
  const [words, status, said] = [find.querySelector("input"), find.querySelector("select"), find.querySelector("[role=status]")];
  const cards = [...document.querySelectorAll(".cards li")];
  // As Python's casefold and NFKD do for the letters that names have: é is found by e.
  const plain = (text) => text.toLowerCase().replaceAll("ß", "ss").normalize("NFKD").replace(/\p{M}/gu, "");
  const known = cards.map((card) => plain(card.dataset.words));
  const show = () => {
    const asked = plain(words.value).split(/\s+/).filter(Boolean);
    let count = 0;
    cards.forEach((card, i) => {
      const fits = asked.every((word) => known[i].includes(word)) && (!status.value || card.dataset.status === status.value);
      card.hidden = !fits;
      count += fits;
    });
    said.textContent = count === cards.length ? `${count} people` : `${count} of ${cards.length} people`;
  };
  find.addEventListener("submit", (event) => event.preventDefault());
  words.addEventListener("input", show);
  status.addEventListener("change", show);
  find.hidden = false;
  show();
})();
