// Dark as a studio is, for colour to be judged in, until somebody chooses light; remembered here.
const root = document.documentElement;
try { const chosen = localStorage.getItem("theme"); if (chosen) root.dataset.theme = chosen; } catch { /* private mode */ }
addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-theme-toggle]")) return;
  const dark = root.dataset.theme !== "light";
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* private mode */ }
});
// When the studio is gone: in its own words, and read out.
new MutationObserver(() => {
  const popup = document.getElementById("popup"), words = document.querySelectorAll("template[data-lost]");
  if (popup?.ariaHidden !== "false" || popup.role === "alert" || words.length < 2) return;
  popup.role = "alert";
  popup.replaceChildren(...[...words].map((said, i) => Object.assign(document.createElement(i ? "span" : "b"), { textContent: said.content.textContent })));
}).observe(root, { subtree: true, attributes: true, attributeFilter: ["aria-hidden"] });
