"use strict"; // docs/explanation/appeals.md
{
const today = Date.now() / 864e5 | 0;
const month = new Date().toISOString().slice(0, 7);
const page = document.body.dataset, n = Math.random();
const kept = { seen: {}, closed: {}, wording: {}, first: today };

const keep = () => {
	try { localStorage.appeals = JSON.stringify(kept); } catch {}
};

let state = "stranger";
try {
	if (document.cookie.includes("standfirst_reader=1")) state = localStorage.reader;
	Object.assign(kept, JSON.parse(localStorage.appeals));
} catch {}
if (kept.month !== month) Object.assign(kept, { month, stories: 0 });
if (+page.story && performance.getEntriesByType("navigation")[0].type === "navigate") kept.stories++;
keep();

const reader = {
	...kept,
	...JSON.parse(page.facts),
	today,
	state: [state],
	visit: [kept.first < today ? "returning" : "first"],
	zone: [Intl.DateTimeFormat().resolvedOptions().timeZone],
	device: [innerWidth < 640 ? "phone" : innerWidth < 1024 ? "tablet" : "desktop"],
};

const fits = ({ id, only, from = 0, to = 1e9, views = 1e9, days }, who) =>
	who.stories >= from && who.stories <= to &&
	Object.entries(only).every(([name, all]) => all.some((one) => who[name].includes(one))) &&
	(who.seen[id] || []).filter((day) => day > who.today - days).length < views;

const watch = (aside, spot, id) => {
	const count = (k) => {
		keep();
		if (!page.page || navigator.doNotTrack === "1" || navigator.globalPrivacyControl) return;
		navigator.sendBeacon("/reads/", new URLSearchParams({ p: page.page, n, k, a: aside.dataset.token }));
	};
	let timer;
	new IntersectionObserver(([now], sight) => {
		clearTimeout(timer);
		if (now.isIntersecting) timer = setTimeout(() => {
			sight.disconnect();
			kept.seen[id] = [today, ...(kept.seen[id] || [])].slice(0, 30);
			count("seen");
		}, 1e3);
	}, { threshold: 0.5 }).observe(aside);
	const close = aside.querySelector("button");
	close.hidden = false;
	aside.onclick = ({ target }) => {
		if (target.closest("a")) count("click");
		if (target === close) {
			document.querySelectorAll(`[data-spot=${spot}]>aside`).forEach((one) => one.remove());
			kept.closed[spot] = today;
			count("close");
			document.querySelector("main").focus({ preventScroll: true });
		}
	};
};

const choose = (place) => {
	place.querySelector("aside")?.remove();
	const { spot } = place.dataset;
	if (today - kept.closed[spot] < 30) return;
	for (const { dataset, content } of place.querySelectorAll("template")) {
		const rules = JSON.parse(dataset.rules);
		if (!fits(rules, reader)) continue;
		const all = [...content.children];
		const aside = (all.find(({ dataset }) => dataset.wording === kept.wording[rules.id]) || all[Math.random() * all.length | 0]).cloneNode(true);
		kept.wording[rules.id] = aside.dataset.wording;
		keep();
		place.prepend(aside);
		return rules.id && watch(aside, spot, rules.id);
	}
};

customElements.define("appeal-here", class extends HTMLElement {
	static fits = fits;
	connectedCallback() { choose(this.parentNode); }
});
}
