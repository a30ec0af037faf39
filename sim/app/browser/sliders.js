/** The view of the parameters: a slider each, with the prior drawn under it. */

import { button, make } from "./dom.js";
import { ParameterSlider } from "./parameter_slider.js";
import { ensureStyles } from "./theme.js";

const FIRST = 10; // parameters shown before somebody asks for more
const REST_MS = 220;

class Sliders {
  constructor(model, root) {
    this.model = model;
    this.root = root;
    this.showAll = false;
    this.waiting = 0;
    this.values = { ...model.get("values") };
    this.search = make("input", {
      class: "khabur-sliders-search",
      attrs: { type: "search", placeholder: "Find a parameter" },
      aria: { label: "Find a parameter" },
      on: { input: () => this.draw() },
    });
    this.reset = button({ label: "Take back all changes", text: "Reset", press: () => this.resetAll() });
    this.list = make("div", { class: "khabur-sliders-list" });
    this.more = button({ label: "Show all parameters", text: "Show all", press: () => this.toggle() });
    root.append(
      make("div", { class: "khabur-sliders-top" }, [
        make("h2", { class: "khabur-heading", text: "Parameters" }),
        this.reset,
      ]),
      this.search,
      this.list,
      this.more,
    );
    this.draw();
  }

  toggle() {
    this.showAll = !this.showAll;
    this.draw();
  }

  /** Parameters to show: what was asked for, else those that were changed and the first few. */
  shown() {
    const all = this.model.get("parameters");
    const asked = this.search.value.trim().toLowerCase();
    if (asked) {
      return all.filter((each) => `${each.label} ${each.id}`.toLowerCase().includes(asked));
    }
    if (this.showAll) return all;
    return all.filter((each, index) => index < FIRST || each.id in this.values);
  }

  draw() {
    const shown = this.shown();
    const all = this.model.get("parameters");
    let group = "";
    const rows = [];
    for (const parameter of shown) {
      if (parameter.group !== group) {
        group = parameter.group;
        rows.push(make("h3", { class: "khabur-sliders-group", text: parameter.group_label ?? group }));
      }
      const change = (value) => this.change(parameter, value);
      const value = this.values[parameter.id];
      rows.push(new ParameterSlider(parameter, value, change, () => this.tell()).element);
    }
    if (!shown.length) rows.push(make("p", { class: "khabur-soft", text: "No parameter of that name." }));
    this.list.replaceChildren(...rows);
    this.more.textContent = this.showAll ? "Show fewer" : `Show all ${all.length}`;
    this.more.hidden = Boolean(this.search.value) || all.length <= FIRST;
    this.reset.disabled = !Object.keys(this.values).length;
  }

  /** Note a value (none: the scenario's own) and tell the page when the hand has come to rest. */
  change(parameter, value) {
    if (value === null) delete this.values[parameter.id];
    else this.values[parameter.id] = value;
    this.reset.disabled = !Object.keys(this.values).length;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.tell(), REST_MS);
  }

  resetAll() {
    this.values = {};
    this.draw();
    this.tell();
  }

  /** Tell the page, once for each value. */
  tell() {
    clearTimeout(this.waiting);
    if (JSON.stringify(this.model.get("values")) === JSON.stringify(this.values)) return;
    globalThis.khaburAsked = performance.now(); // for whoever measures how long the answer takes
    this.model.set("values", { ...this.values });
    this.model.save_changes();
  }

  /** The page may change values too: another scenario, the back button. */
  take() {
    const values = this.model.get("values");
    if (JSON.stringify(values) === JSON.stringify(this.values)) return;
    this.values = { ...values };
    this.draw();
  }
}

/** @param {{model: any, el: HTMLElement}} context */
export async function render({ model, el }) {
  const root = make("section", {
    class: "khabur-view khabur-sliders khabur-card",
    data: { khabur: "sliders" },
    aria: { label: "Parameters" },
  });
  el.append(root);
  await ensureStyles();
  const sliders = new Sliders(model, root);
  const take = () => sliders.take();
  const draw = () => sliders.draw();
  model.on("change:values", take);
  model.on("change:parameters", draw);
  return () => {
    clearTimeout(sliders.waiting);
    model.off("change:values", take);
    model.off("change:parameters", draw);
    root.remove();
  };
}
