"use strict";
const buttons = [...document.querySelectorAll("[data-show]")];
for (const button of buttons) {
  button.addEventListener("click", () => {
    for (const other of buttons) other.setAttribute("aria-pressed", other === button);
    const show = button.dataset.show;
    for (const item of document.querySelectorAll("article")) item.hidden = show !== "" && !item.dataset.of.split(" ").includes(show);
  });
}
