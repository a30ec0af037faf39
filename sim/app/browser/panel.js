/** The panel beside the map: sections under tabs; the one in sight is kept up to date. */

import { make } from "./dom.js";

let panels = 0;

/**
 * @typedef {object} Section
 * @property {string} id
 * @property {string} label
 * @property {HTMLElement} element
 * @property {(day: number) => void} show bring it up to a day
 */

/** Tabs over sections. */
export class Panel {
  /**
   * @param {HTMLElement} container
   * @param {Section[]} sections the first is open
   */
  constructor(container, sections) {
    panels += 1;
    this.sections = sections;
    this.open = sections[0];
    this.day = 0;
    this.tabs = sections.map((section) => this._tab(section, `khabur-panel-${panels}`));
    this.pages = sections.map((section) => this._page(section, `khabur-panel-${panels}`));
    const list = make("div", { class: "khabur-tabs", attrs: { role: "tablist" },
      aria: { label: "About the run" }, on: { keydown: (event) => this._key(event) } }, this.tabs);
    this.note = make("p", { class: "khabur-panel__note" });
    this.body = make("div", { class: "khabur-panel__body", attrs: { tabindex: "-1" } }, this.pages);
    this.root = make("aside", { class: "khabur-panel khabur-card",
      aria: { label: "About the run" } }, [this.note, list, this.body]);
    container.append(this.root);
    this.choose(this.open.id);
  }

  /** Bring what is in sight up to a day. @param {number} day */
  show(day) {
    this.day = day;
    this.open.show(day);
  }

  /**
   * Say what holds of all sections.
   * @param {string} text
   * @param {string} run which run it is, if there is one yet
   */
  setNote(text, run) {
    this.note.replaceChildren(make("strong", { text }), make("span", { text: run }));
  }

  /** @param {string} id */
  choose(id) {
    this.sections.forEach((section, number) => {
      const chosen = section.id === id;
      this.tabs[number].setAttribute("aria-selected", String(chosen));
      this.tabs[number].tabIndex = chosen ? 0 : -1;
      this.pages[number].hidden = !chosen;
      if (chosen) this.open = section;
    });
    this.body.scrollTop = 0;
    this.open.show(this.day);
  }

  _tab(section, prefix) {
    return make("button", { class: "khabur-tab", text: section.label,
      attrs: { type: "button", role: "tab", id: `${prefix}-tab-${section.id}` },
      aria: { controls: `${prefix}-${section.id}` }, data: { section: section.id },
      on: { click: () => this.choose(section.id) } });
  }

  _page(section, prefix) {
    return make("div", { class: "khabur-page", data: { section: section.id },
      attrs: { role: "tabpanel", id: `${prefix}-${section.id}` },
      aria: { labelledby: `${prefix}-tab-${section.id}` } }, [section.element]);
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    const here = this.sections.indexOf(this.open);
    const last = this.sections.length - 1;
    const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const number = (to + last + 1) % (last + 1);
    this.choose(this.sections[number].id);
    this.tabs[number].focus();
  }
}
