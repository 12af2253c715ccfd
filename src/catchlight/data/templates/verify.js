"use strict";
(() => {
  const input = document.getElementById("file");
  const drop = document.querySelector(".drop");
  const answer = document.getElementById("answer");
  const expected = document.getElementById("expected").textContent.trim();

  const say = (text, kind) => {
    answer.className = `answer ${kind}`;
    answer.textContent = text;
  };

  const check = async (file) => {
    if (!crypto.subtle) {
      say("This browser checks only on https pages or opened files: run sha256sum instead.", "");
      return;
    }
    say(`Reading ${file.name} …`, "");
    try {
      const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
      const found = Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0"));
      if (found.join("") === expected) {
        say(`${file.name} is the signed file, to the last bit.`, "same");
      } else {
        say(`${file.name} is not the signed file. A platform may have re-encoded it: ask for the ` +
            "original file, or check the code below with catchlight verify --proof.", "other");
      }
    } catch (error) {
      say(`${file.name} cannot be read: ${error.message}`, "other");
    }
  };

  input.addEventListener("change", () => { if (input.files.length) check(input.files[0]); });
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const kind of ["dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.remove("over"); });
  }
  drop.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length) check(event.dataTransfer.files[0]);
  });
})();
