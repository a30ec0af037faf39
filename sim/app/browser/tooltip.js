/** A small card beside what one points at. */

import { make } from "./dom.js";

const AWAY = 14; // CSS pixels from the point
const EDGE = 6;

export class Tooltip {
  /** @param {HTMLElement} container positioned; the card stays within it */
  constructor(container) {
    this.container = container;
    this.element = make("div", { class: "khabur-tooltip", attrs: { role: "tooltip" } });
    this.element.hidden = true;
    container.append(this.element);
  }

  /**
   * Show a node beside a point.
   * @param {Node} node
   * @param {number} x CSS pixels within the container
   * @param {number} y
   */
  show(node, x, y) {
    this.element.replaceChildren(node);
    this.element.hidden = false;
    this.move(x, y);
  }

  /** Put the card to the right of the point, or where there is room. */
  move(x, y) {
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const { clientWidth, clientHeight } = this.container;
    const right = x + AWAY + width + EDGE <= clientWidth;
    const left = right ? x + AWAY : x - AWAY - width;
    const across = Math.max(EDGE, Math.min(left, clientWidth - width - EDGE));
    let top = y + AWAY;
    if (top + height + EDGE > clientHeight) top = y - AWAY - height;
    const down = Math.max(EDGE, Math.min(top, clientHeight - height - EDGE));
    this.element.style.transform = `translate(${Math.round(across)}px, ${Math.round(down)}px)`;
  }

  hide() {
    this.element.hidden = true;
  }

  destroy() {
    this.element.remove();
  }
}
