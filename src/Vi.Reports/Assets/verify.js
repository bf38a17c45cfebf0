// Finds laws by words and by how near they came; opens what a link points at.
(() => {
  "use strict";
  const words = document.getElementById("law-search");
  const kind = document.getElementById("law-kind");
  const count = document.getElementById("law-count");
  const laws = [...document.querySelectorAll(".law")].map((element) => ({
    element,
    text: element.textContent.toLowerCase(),
    slack: Number(element.dataset.slack),
  }));

  const show = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter((word) => word);
    const least = Number(kind.value);
    let shown = 0;
    for (const { element, text, slack } of laws) {
      element.hidden = !(slack >= least && wanted.every((word) => text.includes(word)));
      shown += element.hidden ? 0 : 1;
    }
    document.querySelectorAll(".chapter").forEach((chapter) => (chapter.hidden = !chapter.querySelector(".law:not([hidden])")));
    count.textContent = `${shown} of ${laws.length}`;
  };

  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) {
      target.hidden = false;
      target.closest(".chapter")?.removeAttribute("hidden");
      target.open = true;
      target.scrollIntoView();
    }
  };

  if (words) {
    words.addEventListener("input", show);
    kind.addEventListener("change", show);
    show();
  }
  window.addEventListener("hashchange", reveal);
  reveal();
})();
