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

/** Thank members instead of asking them. Only browsers of readers who were signed in once ask who reads. */
async function greetMembers() {
  if (!document.cookie.split("; ").includes("standfirst_reader=1")) return remember("");
  const answer = await fetch("/account/me", { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return;
  const reader = await answer.json();
  remember(reader.state);
  readOn(reader.variant);
  if (!reader.member) return;
  for (const link of document.querySelectorAll("a[data-join]")) {
    link.textContent = reader.name ? `${link.dataset.join} ${reader.name}` : link.dataset.join;
    link.href = "/account/";
  }
}

/** Keep what the reader is, one word on this device: appeals are chosen before anybody could be asked. */
function remember(state) {
  try {
    if (state) localStorage.reader = state;
    else delete localStorage.reader;
  } catch {
    // A browser that keeps nothing shows the paper's own appeal.
  }
}

/** Load a closed story again for a reader whose access was just renewed; never twice in a row. */
function readOn(variant) {
  const wall = document.querySelector("[data-variant]");
  const [visit] = performance.getEntriesByType("navigation");
  if (wall && wall.dataset.variant !== variant && visit?.type !== "reload") location.reload();
}

/** Tell the join page which story its reader came from, where the link could not know. */
function nameStory(event) {
  const link = event.target.closest?.('a[href*="/join/?"]');
  const story = document.querySelector("[data-story]")?.dataset.story;
  if (!link || !Number(story)) return;
  const address = new URL(link.href);
  const source = address.searchParams.get("source");
  if (!source || source.includes("story")) return;
  address.searchParams.set("source", `${source};story=${story}`);
  link.href = address.href;
}

document.addEventListener("click", nameStory);
document.addEventListener("auxclick", nameStory);
offerFrames();
showCurrent();
greetMembers();
