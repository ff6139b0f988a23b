// The combobox pattern of the ARIA guide.
const form = document.querySelector("[data-suggest]");
const input = form.elements.q;
const make = (tag, fields) => Object.assign(document.createElement(tag), fields);
const list = make("ul", { id: "suggested", role: "listbox", ariaLabel: input.ariaLabel });
const said = make("p", { className: "unseen", role: "status" });
let timer, at;

function choose(to) {
  [...list.children].forEach((item, n) => (item.ariaSelected = n === to));
  at = to;
  input.setAttribute("aria-activedescendant", list.children[at]?.id ?? "");
}

function show(items) {
  list.replaceChildren(...items);
  list.hidden = !items.length;
  input.ariaExpanded = !list.hidden;
  choose(-1);
}

async function ask() {
  const { value } = input;
  const url = `${form.dataset.suggest}?q=${encodeURIComponent(value)}`;
  const [, texts, kinds, urls] = await (await fetch(url)).json();
  if (input.value !== value) return;
  said.textContent = form.dataset[urls[0] ? "some" : "none"];
  show(texts.map((text, n) => {
    const item = make("li", { id: `item${n}`, role: "option", url: urls[n] });
    item.append(text, make("small", { textContent: kinds[n] }));
    return item;
  }));
}

Object.assign(input, { role: "combobox", autocomplete: "off", ariaAutoComplete: "list" });
input.setAttribute("aria-controls", list.id);
input.after(list, said);
show([]);
input.oninput = () => {
  clearTimeout(timer);
  timer = setTimeout(() => ask().catch(() => show([])), 150);
};
input.onblur = () => show([]);
input.onkeydown = (event) => {
  const { key } = event, places = list.children.length + 1;
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (places < 2 || event.isComposing) return;
  if (step) choose((at + 1 + step + places) % places - 1);
  else if (key === "Escape") show([]);
  else if (key === "Enter" && at >= 0) location = list.children[at].url;
  else return;
  event.preventDefault();
};
list.onmousedown = (event) => event.preventDefault();
list.onclick = (event) => (location = event.target.closest("li").url);
