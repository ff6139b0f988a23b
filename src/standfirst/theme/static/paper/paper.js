// What the paper does beyond being read. Every page is whole without it.

/** Put what stands on another site into the story when the reader asks, and not before. */
function offerFrames() {
  for (const stage of document.querySelectorAll("[data-frame]")) {
    const button = stage.querySelector("button");
    if (!button) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const frame = document.createElement("iframe");
      frame.src = stage.dataset.frame;
      frame.title = stage.dataset.title;
      frame.allow = "fullscreen; picture-in-picture; encrypted-media";
      frame.referrerPolicy = "strict-origin-when-cross-origin";
      frame.tabIndex = -1;
      stage.replaceChildren(frame);
      frame.focus();
    });
  }
}

/** Bring the current entry of a bar that scrolls sideways into sight, without moving the page. */
function showCurrent() {
  for (const bar of document.querySelectorAll("[data-scrolls]")) {
    const current = bar.querySelector("[aria-current]");
    if (!current) continue;
    const inner = current.getBoundingClientRect();
    const outer = bar.getBoundingClientRect();
    bar.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
  }
}

offerFrames();
showCurrent();
