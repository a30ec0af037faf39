/** The events up to a day, the latest first; a click goes to the day. */

import { shortDate } from "./dates.js";
import { make } from "./dom.js";
import { sideColour } from "./sides.js";

/** Ranks from this one on are left out unless asked for. */
const MINOR_RANK = 3;

/** List of events, made once for a recording and unveiled day by day. */
export class EventList {
  /** @param {{go: (day: number) => void, pointed?: (events: object[]) => void}} options */
  constructor({ go, pointed }) {
    this.go = go;
    this.pointed = pointed ?? (() => {});
    this.list = make("ol", { class: "khabur-events", attrs: { reversed: "" } });
    this.empty = make("p", { class: "khabur-soft khabur-events__empty",
      text: "Nothing notable has happened yet." });
    this.minor = make("input", { attrs: { type: "checkbox" },
      on: { change: () => this._reveal(true) } });
    this.count = make("span");
    const label = make("label", { class: "khabur-events__minor khabur-soft" },
      [this.minor, this.count]);
    this.element = make("div", {}, [label, this.empty, this.list]);
    /** @type {{event: object, item: HTMLElement}[]} by day, the first first */
    this.items = [];
    this.day = 0;
    this._before = -1;
  }

  /**
   * @param {object[]} events as in the recording
   * @param {string} start date of day 0
   */
  setEvents(events, start) {
    const inOrder = [...events].sort((a, b) => a.day - b.day || b.rank - a.rank);
    this.items = inOrder.map((event) => ({ event, item: this._item(event, start) }));
    this.list.replaceChildren(...this.items.map((one) => one.item).reverse());
    const minor = events.filter((event) => event.rank >= MINOR_RANK).length;
    this.minor.parentElement.hidden = minor === 0;
    this.count.textContent = `Also show the ${minor} lesser events of the run`;
    this._reveal(true);
  }

  /** @param {number} day */
  show(day) {
    this.day = day;
    this._reveal(false);
  }

  _item(event, start) {
    const press = make("button", {
      class: "khabur-event",
      attrs: { type: "button" },
      data: { day: event.day, rank: event.rank },
      style: { "--kh-swatch": sideColour(event.faction) },
      on: {
        click: () => this.go(event.day),
        pointerenter: () => this.pointed([event]),
        pointerleave: () => this.pointed([]),
      },
    }, [
      make("span", { class: "khabur-event__date khabur-soft", text: shortDate(start, event.day) }),
      make("span", { class: "khabur-event__text", text: event.text })]);
    return make("li", {}, [press]);
  }

  /** @param {boolean} all look at every item, not at those of the days gone over alone */
  _reveal(all) {
    const low = all ? -1 : Math.min(this._before, this.day);
    const high = all ? Infinity : Math.max(this._before, this.day);
    for (const { event, item } of this.items) {
      if (event.day < low || event.day > high) continue;
      const wanted = event.rank < MINOR_RANK || this.minor.checked;
      item.hidden = event.day > this.day || !wanted;
      item.toggleAttribute("data-today", event.day === this.day);
    }
    this._before = this.day;
    this.empty.hidden = this.items.some((one) => !one.item.hidden);
  }
}
