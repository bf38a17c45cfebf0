// Runs before the page is painted: applies the remembered theme, and wires the button that changes it.
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const remembered = () => {
    try {
      return localStorage.getItem("vilab-theme");
    } catch {
      return null;
    }
  };
  const apply = (theme) => {
    root.dataset.theme = theme;
    const name = document.getElementById("theme-name");
    if (name) name.textContent = theme === "dark" ? "Dark" : "Light";
    document.dispatchEvent(new Event("themechange"));
  };
  const chosen = () => remembered() ?? (dark.matches ? "dark" : "light");

  root.classList.add("scripted");
  apply(chosen());
  dark.addEventListener("change", () => apply(chosen()));
  document.addEventListener("DOMContentLoaded", () => {
    apply(chosen());
    document.getElementById("theme").addEventListener("click", () => {
      const next = root.dataset.theme === "dark" ? "light" : "dark";
      try {
        localStorage.setItem("vilab-theme", next);
      } catch {
        // A browser that forbids storage for files still switches; it only forgets.
      }
      apply(next);
    });
  });

  // Paper is light, whatever the screen was.
  window.addEventListener("beforeprint", () => apply("light"));
  window.addEventListener("afterprint", () => apply(chosen()));
  const print = window.matchMedia("print");
  if (print.matches) apply("light");
  print.addEventListener("change", () => apply(print.matches ? "light" : chosen()));
})();
