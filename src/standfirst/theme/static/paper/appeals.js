"use strict"; // docs/explanation/appeals.md
{
const today = Math.floor(Date.now() / 864e5);
const month = new Date().toISOString().slice(0, 7);
const page = document.body.dataset;
const nonce = Math.random().toString(36).slice(2) + today;
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

const reader = () => ({
	...kept,
	...JSON.parse(page.facts),
	today,
	state: [state],
	visit: [kept.first < today ? "returning" : "first"],
	zone: [Intl.DateTimeFormat().resolvedOptions().timeZone],
	device: [innerWidth < 640 ? "phone" : innerWidth < 1024 ? "tablet" : "desktop"],
});

const fits = ({ id, only, from = 0, to = 1e9, views = 1e9, days }, who) =>
	who.stories >= from && who.stories <= to &&
	Object.keys(only).every((name) => only[name].some((value) => who[name].includes(value))) &&
	(who.seen[id] || []).filter((day) => day > who.today - days).length < views;

const watch = (aside, place, id) => {
	const count = (k) => {
		keep();
		if (!page.page || navigator.doNotTrack === "1" || navigator.globalPrivacyControl) return;
		navigator.sendBeacon("/reads/", new URLSearchParams({ p: page.page, n: nonce, k, a: aside.dataset.token }));
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
			aside.remove();
			kept.closed[place.id] = today;
			count("close");
			document.querySelector("main").focus({ preventScroll: true });
		}
	};
};

const choose = (place) => {
	place.querySelector("aside")?.remove();
	if (today - kept.closed[place.id] < 30) return;
	for (const { dataset, content } of place.querySelectorAll("template")) {
		const rules = JSON.parse(dataset.rules);
		if (!fits(rules, reader())) continue;
		const all = [...content.children];
		const same = all.find((one) => one.dataset.wording === kept.wording[rules.id]);
		const aside = (same || all[Math.floor(Math.random() * all.length)]).cloneNode(true);
		kept.wording[rules.id] = aside.dataset.wording;
		keep();
		place.prepend(aside);
		return rules.id && watch(aside, place, rules.id);
	}
};

customElements.define("appeal-here", class extends HTMLElement {
	static fits = fits;
	connectedCallback() { choose(this.parentNode); }
});
}
