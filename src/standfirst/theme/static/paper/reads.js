// See counting.md
const on = addEventListener;
let view, depth, seconds, since;

const send = (k, more) =>
  navigator.sendBeacon("/reads/", new URLSearchParams({ p: document.body.dataset.page, n: view, k, ...more }));

function look() {
  const text = document.querySelector(".story__text")?.getBoundingClientRect();
  if (text) depth = Math.max(depth, (100 * (innerHeight - text.top)) / text.height);
}

function show() {
  if (document.hidden) return hide();
  since ||= Date.now();
  if (view) return;
  view = Math.random();
  depth = seconds = 0;
  send("view", { r: document.referrer.split("/")[2], c: location.search.match(/campaign=([^&]*)/)?.[1], d: innerWidth >> 9 });
}

function hide() {
  if (!since) return;
  look();
  seconds += (Date.now() - since) / 1e3;
  since = 0;
  send("end", { s: depth | 0, t: seconds | 0 });
}

if (navigator.doNotTrack != 1 && !navigator.globalPrivacyControl) {
  on("visibilitychange", show);
  on("scroll", look);
  on("pagehide", () => (hide(), (view = 0)));
  show();
}
