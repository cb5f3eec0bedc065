/** Elements, made in one expression. */

type Listener = (event: Event) => void;
type Attributes = Readonly<Record<string, string | number | boolean | Listener | undefined>>;
export type Child = Node | string | undefined;

const SVG = 'http://www.w3.org/2000/svg';

function fill<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value !== undefined) setAttribute(element, name, value);
  }
  for (const child of children) if (child !== undefined) element.append(child);
  return element;
}

/** Sets it, or takes it away if it is `false`. */
export function setAttribute(element: Element, name: string, value: string | number | boolean) {
  if (value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}

/** An HTML element; an attribute that is a function, as `onclick`, listens. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** A CSS property of its own element, which a policy without inline styles allows. */
export function styled<E extends HTMLElement>(element: E, name: string, value: string): E {
  element.style.setProperty(name, value);
  return element;
}

let ids = 0;

/** A name that no other element has. */
export function newId(): string {
  ids += 1;
  return `e${ids}`;
}

/** The only element of its kind, which the caller has made. */
export function find<E extends Element>(root: ParentNode, selector: string): E {
  const element = root.querySelector<E>(selector);
  if (element === null) throw new Error(`nothing is ${selector}`);
  return element;
}
