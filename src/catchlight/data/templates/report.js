// Slides the edge between before and after; without scripts the two stand side by side.
document.documentElement.classList.add("js");
document.addEventListener("DOMContentLoaded", () => {
  for (const slider of document.querySelectorAll(".frame input")) {
    const show = () => {
      slider.parentElement.style.setProperty("--split", `${slider.value}%`);
      slider.setAttribute("aria-valuetext", slider.dataset.words.replace("#", slider.value));
    };
    slider.addEventListener("input", show);
    show();
  }
});
