/** Small parts of the futures view: cards, selects, and which outcomes it starts with. */

import { button, make } from "./dom.js";
import { isNumeric, outcomeOf } from "./futures_data.js";

/**
 * A card of the grid.
 *
 * @param {HTMLElement} grid
 * @param {string} area  its place in the grid, and its name for tests
 * @returns {{element: HTMLElement, head: HTMLElement, body: HTMLElement}}
 */
export function card(grid, area) {
  const element = make("section", {
    class: `khabur-card khabur-futures__card khabur-futures__card--${area}`,
    data: { card: area },
  });
  grid.append(element);
  if (area === "map") return { element, head: element, body: element };
  const head = make("div", { class: "khabur-futures__head" });
  const body = make("div", { class: "khabur-chart" });
  element.append(head, body);
  return { element, head, body };
}

/** A select that keeps what the visitor picked, as long as there is such an entry. */
export class Choice {
  /**
   * @param {HTMLElement} host
   * @param {string} label
   * @param {() => void} onChange
   */
  constructor(host, label, onChange) {
    this.picked = "";
    this.listed = "";
    this.element = make("select", {
      class: "khabur-pick",
      aria: { label },
      on: {
        change: () => {
          this.picked = this.element.value;
          onChange();
        },
      },
    });
    host.append(this.element);
  }

  get value() {
    return this.element.value;
  }

  /**
   * @param {Array<{value: string, text: string}>} entries
   * @param {string} [start]  where nothing was picked
   */
  set(entries, start) {
    const listed = JSON.stringify(entries);
    if (listed !== this.listed) {
      this.listed = listed;
      const options = entries.map(({ value, text }) => make("option", { text, attrs: { value } }));
      this.element.replaceChildren(...options);
    }
    const known = entries.some(({ value }) => value === this.picked);
    this.element.value = known ? this.picked : (start ?? entries[0]?.value ?? "");
  }
}

/** Choosing a replicate by its number: what the dots do, without a pointer. */
export class NumberForm {
  /**
   * @param {HTMLElement} host
   * @param {(number: number, place: number) => void} onChoose
   */
  constructor(host, onChoose) {
    this.onChoose = onChoose;
    this.ensembles = [];
    this.number = make("input", {
      class: "khabur-pick khabur-futures__number",
      aria: { label: "Number of a replicate" },
      attrs: { type: "number", min: "0", value: "0" },
      on: { input: () => this.number.setCustomValidity("") },
    });
    this.of = make("select", { class: "khabur-pick", aria: { label: "Of which scenario" } },
      ["A", "B"].map((text, place) => make("option", { text, attrs: { value: String(place) } })));
    const watch = button({ label: "Watch this replicate", text: "Watch" });
    watch.type = "submit";
    const submit = (event) => {
      event.preventDefault();
      this.#choose();
    };
    host.append(make("form", { class: "khabur-futures__watch", on: { submit } },
      [make("span", { class: "khabur-soft", text: "or number" }), this.number, this.of, watch]));
  }

  /** @param {Array<import("./futures_data.js").Ensemble>} ensembles */
  list(ensembles) {
    this.ensembles = ensembles;
    this.of.hidden = ensembles.length < 2;
    const last = Math.max(...ensembles.map(({ numbers }) => numbers[numbers.length - 1]));
    this.number.max = String(last);
  }

  /** Follow a click on a dot. @param {number} number @param {number} place */
  show(number, place) {
    this.number.value = String(number);
    this.of.value = String(place);
  }

  #choose() {
    const place = this.ensembles.length > 1 ? Number(this.of.value) : 0;
    const number = Number(this.number.value);
    const known = this.ensembles[place]?.numbers.includes(number);
    this.number.setCustomValidity(known ? "" : "This replicate is not in yet.");
    if (known) this.onChoose(number, place);
    else this.number.reportValidity();
  }
}

/** Different values that make a length, or a count, worth starting with. */
const ENOUGH = { length: 4, count: 8 };

/** Different values of an outcome over all ensembles; "not by the end" is one of them. */
function variety(ensembles, id) {
  const values = ensembles.flatMap((ensemble) => outcomeOf(ensemble, id)?.values ?? []);
  return new Set(values).size;
}

/** The first outcome of the unit that most of them have. */
function commonest(outcomes) {
  const alike = (unit) => outcomes.filter((each) => each.unit === unit).length;
  return outcomes.reduce((best, each) =>
    (best && alike(best.unit) >= alike(each.unit) ? best : each), undefined);
}

/**
 * Outcomes to start with: a length in days that differs between replicates, and beside it a
 * count that was reported, in the unit of most such counts.
 *
 * @param {Array<import("./futures_data.js").Ensemble>} ensembles
 * @returns {{spread: string, across: string, up: string}} ids
 */
export function startingOutcomes(ensembles) {
  const { outcomes } = ensembles[0];
  const varied = (least) => (each) => variety(ensembles, each.id) >= least;
  const days = outcomes.filter((each) => each.kind === "days");
  const spread = days.find(varied(ENOUGH.length)) ?? days[0] ?? outcomes[0];
  const others = outcomes.filter((each) => isNumeric(each) && each !== spread);
  const reported = others.filter((each) => each.kind === "number" && each.reported_value !== null);
  const up = commonest(reported.filter(varied(ENOUGH.count))) ?? reported[0] ?? others[0];
  const across = spread && isNumeric(spread) ? spread : (others.find((each) => each !== up) ?? up);
  return { spread: spread?.id ?? "", across: across?.id ?? "", up: up?.id ?? "" };
}
