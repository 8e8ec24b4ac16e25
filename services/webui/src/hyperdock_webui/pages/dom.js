// Building and patching the page. Whatever is inserted is inserted as text, never as HTML.

const SVG = new Set(["svg", "path", "circle", "line", "text", "g"]);

/** An element; children are elements, texts, lists of them, or null for nothing. */
export function h(tag, props, ...children) {
  const element = SVG.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value != null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((each) => each != null && each !== false).map(toNode));
  return element;
}

const toNode = (child) => (child instanceof Node ? child : document.createTextNode(child));

/** Makes the children of `parent` like `wanted`, keeping what can stay: focus, selection, scroll. */
export function patch(parent, ...wanted) {
  const keyed = new Map();
  for (const child of parent.children) if (child.dataset.key) keyed.set(child.dataset.key, child);
  wanted.forEach((next, index) => {
    let now = parent.childNodes[index];
    const key = next.dataset?.key;
    if (key && now?.dataset?.key !== key) {
      const moved = keyed.get(key);
      parent.insertBefore(moved ?? next, now ?? null);
      if (!moved) return;
      now = moved;
    }
    if (!now) parent.append(next);
    else if (now.nodeName !== next.nodeName || now.dataset?.key !== key) now.replaceWith(next);
    else if (now.nodeType === Node.TEXT_NODE) now.data === next.data || (now.data = next.data);
    else patchElement(now, next);
  });
  while (parent.childNodes.length > wanted.length) parent.lastChild.remove();
}

function patchElement(now, next) {
  for (const { name } of [...now.attributes]) if (!next.hasAttribute(name)) now.removeAttribute(name);
  for (const { name, value } of next.attributes) {
    if (now.getAttribute(name) !== value) now.setAttribute(name, value);
  }
  if (!now.hasAttribute("data-own")) patch(now, ...next.childNodes); // data-own: fills itself
}
