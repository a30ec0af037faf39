/** Small helpers that make elements. Text goes in by textContent alone, never as markup. */

const SVG = "http://www.w3.org/2000/svg";

/** Strokes of the icons, drawn in a box of 24 by 24. */
const ICONS = {
  plus: ["M12 5v14", "M5 12h14"],
  minus: ["M5 12h14"],
  whole: ["M4 9V4h5", "M20 9V4h-5", "M4 15v5h5", "M20 15v5h-5"],
  play: ["M8 5.5v13l10.5-6.5z"],
  pause: ["M9 5.5v13", "M15 5.5v13"],
  back: ["M14.5 6l-6 6 6 6"],
  forward: ["M9.5 6l6 6-6 6"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  chevron: ["M6 9.5l6 6 6-6"],
  info: ["M12 11v6", "M12 7.5v.01", "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17"],
};

/**
 * Make an element.
 * @param {string} tag
 * @param {{class?: string, text?: string, title?: string, style?: Record<string, string>,
 *   aria?: Record<string, string>, data?: Record<string, string>,
 *   attrs?: Record<string, string>, on?: Record<string, EventListener>}} [options]
 * @param {(Node|string|null|undefined)[]} [children]
 * @returns {HTMLElement}
 */
export function make(tag, options = {}, children = []) {
  const element = document.createElement(tag);
  if (options.class) element.className = options.class;
  if (options.text !== undefined) element.textContent = options.text;
  if (options.title) element.title = options.title;
  for (const [name, value] of Object.entries(options.style ?? {})) {
    element.style.setProperty(name, value);
  }
  for (const [name, value] of Object.entries(options.aria ?? {})) {
    element.setAttribute(`aria-${name}`, value);
  }
  for (const [name, value] of Object.entries(options.attrs ?? {})) element.setAttribute(name, value);
  for (const [name, value] of Object.entries(options.data ?? {})) element.dataset[name] = value;
  for (const [name, heard] of Object.entries(options.on ?? {})) element.addEventListener(name, heard);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * Draw an icon in the colour of the text around it.
 * @param {keyof typeof ICONS} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const strokes of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", strokes);
    path.setAttribute("fill", name === "play" ? "currentColor" : "none");
    path.setAttribute("stroke", "currentColor");
    path.setAttribute("stroke-width", "2");
    path.setAttribute("stroke-linecap", "round");
    path.setAttribute("stroke-linejoin", "round");
    svg.append(path);
  }
  return svg;
}

/**
 * Make a button; one with an icon alone still says what it does.
 * @param {{label: string, text?: string, icon?: keyof typeof ICONS, class?: string,
 *   press?: (event: Event) => void}} options
 * @returns {HTMLButtonElement}
 */
export function button({ label, text, icon: iconName, class: more = "", press }) {
  const names = ["khabur-button", more, iconName && !text ? "khabur-button--icon" : ""];
  const element = make("button", {
    class: names.filter(Boolean).join(" "),
    title: label,
    aria: { label },
    attrs: { type: "button" },
  });
  if (iconName) element.append(icon(iconName));
  if (text) element.append(text);
  if (press) element.addEventListener("click", press);
  return /** @type {HTMLButtonElement} */ (element);
}
