/** Small charts of the calibration view: SVG whose places are shares of its width. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an SVG element.
 * @param {string} tag
 * @param {Record<string, string|number>} [attributes]
 * @param {(Node|string)[]} [children]
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, children = []) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, `${value}`);
  element.append(...children);
  return element;
}

/** @param {number} place 0 to 1 */
export const percent = (place) => `${(100 * place).toFixed(2)}%`;

/**
 * A bar between two places, never too thin to be seen.
 * @param {number} from
 * @param {number} to
 * @param {number} top
 * @param {number} height
 * @param {string} name of its class
 */
export function bar(from, to, top, height, name) {
  const width = Math.max(to - from, 0.006);
  const left = Math.min(Math.max((from + to - width) / 2, 0), 1 - width);
  return svg("rect", {
    x: percent(left),
    width: percent(width),
    y: top,
    height,
    rx: 2,
    class: name,
  });
}

/** A line across the chart at a place. */
export function stroke(place, top, bottom, name) {
  const x = percent(place);
  return svg("line", { x1: x, x2: x, y1: top, y2: bottom, class: name });
}

/**
 * A mark whose shape keeps its size, whatever the width of the chart.
 * @param {number} place
 * @param {number} top
 * @param {string} path around 0, 0
 * @param {string} name
 */
export function mark(place, top, path, name) {
  const holder = svg("svg", { x: percent(place), y: top, width: 1, height: 1 });
  holder.style.overflow = "visible"; // style sheets of others hide it
  holder.append(svg("path", { d: path, class: name }));
  return holder;
}

/** Words below an axis. */
export function words(place, top, text, name, anchor) {
  const found = anchor ?? (place < 0.03 ? "start" : place > 0.97 ? "end" : "middle");
  return svg("text", { x: percent(place), y: top, class: name, "text-anchor": found }, [text]);
}

export const DIAMOND = "M0-6.5 6.5 0 0 6.5-6.5 0Z";
export const POINTER = "M0 0 5-8H-5Z";
