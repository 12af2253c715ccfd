// Light or dark: as the system has it, until somebody chooses; remembered in this browser.
const root = document.documentElement;
try { const chosen = localStorage.getItem("theme"); if (chosen) root.dataset.theme = chosen; } catch { /* private mode */ }
addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-theme-toggle]")) return;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : !matchMedia("(prefers-color-scheme: light)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* private mode */ }
});
