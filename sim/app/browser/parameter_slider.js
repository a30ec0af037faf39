/** One parameter: its name, its value, a slider, and under it what is believed of it. */

import { button, make } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 240;
const HEIGHT = 26;
const STEPS = 400;

/** Position 0..1 of a value along the slider. */
export function positionOf(parameter, value) {
  const { low, high } = parameter;
  if (parameter.scale === "log") return Math.log(value / low) / Math.log(high / low);
  return (value - low) / (high - low);
}

/** Value at a position 0..1, rounded as people would write it. */
export function valueAt(parameter, position) {
  const { low, high } = parameter;
  if (position <= 0) return low;
  if (position >= 1) return high;
  const value =
    parameter.scale === "log" ? low * (high / low) ** position : low + (high - low) * position;
  return Number(value.toPrecision(3));
}

export class ParameterSlider {
  /**
   * @param {object} parameter as prior_curves.py makes it
   * @param {number|undefined} value the visitor's, if it differs from the scenario's
   * @param {(value: number|null) => void} change called while the slider moves
   * @param {() => void} released called when the hand lets go
   */
  constructor(parameter, value, change, released) {
    this.parameter = parameter;
    this.change = change;
    this.released = released;
    this.shown = make("output", { class: "khabur-slider-value khabur-number" });
    this.input = make("input", {
      class: "khabur-range",
      attrs: { type: "range", min: "0", max: String(STEPS), step: "1" },
      aria: { label: parameter.label },
      on: { input: () => this.moved(), change: () => this.released() },
    });
    this.back = button({
      label: `Take back: ${parameter.label}`,
      icon: "close",
      class: "khabur-button--plain khabur-slider-back",
      press: () => {
        this.set(undefined, true);
        this.released();
      },
    });
    this.element = this.build();
    this.set(value, false);
  }

  build() {
    const { parameter } = this;
    const why = [parameter.id, parameter.note, parameter.source].filter(Boolean).join("\n");
    return make("div", { class: "khabur-slider", data: { parameter: parameter.id } }, [
      make("div", { class: "khabur-slider-top" }, [
        make("span", { class: "khabur-slider-label", text: parameter.label, title: why }),
        this.shown,
        this.back,
      ]),
      make("div", { class: "khabur-slider-track" }, [this.curve(), this.input]),
      make("div", { class: "khabur-slider-ends khabur-soft" }, [
        make("span", { text: parameter.low_text }),
        make("span", { text: parameter.prior_text }),
        make("span", { text: parameter.high_text }),
      ]),
    ]);
  }

  /** The density of the prior, and a mark where the scenario's own value is. */
  curve() {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    const points = this.parameter.curve.map(
      ([x, y]) => `${(x * WIDTH).toFixed(1)},${(HEIGHT - y * (HEIGHT - 3)).toFixed(1)}`,
    );
    const area = document.createElementNS(SVG, "polygon");
    area.setAttribute("points", [`0,${HEIGHT}`, ...points, `${WIDTH},${HEIGHT}`].join(" "));
    area.setAttribute("class", "khabur-slider-prior");
    const mark = document.createElementNS(SVG, "line");
    const x = (positionOf(this.parameter, this.parameter.value) * WIDTH).toFixed(1);
    for (const [name, at] of [["x1", x], ["x2", x], ["y1", "0"], ["y2", String(HEIGHT)]]) {
      mark.setAttribute(name, at);
    }
    mark.setAttribute("class", "khabur-slider-own");
    svg.append(area, mark);
    return svg;
  }

  moved() {
    this.set(valueAt(this.parameter, Number(this.input.value) / STEPS), true);
  }

  /** Show a value, undefined for the scenario's own. */
  set(value, tell) {
    const { parameter } = this;
    const at = value ?? parameter.value;
    this.input.value = String(Math.round(positionOf(parameter, at) * STEPS));
    const text = `${Number(at.toPrecision(3))}${parameter.unit === "1" ? "" : ` ${parameter.unit}`}`;
    this.shown.textContent = text;
    this.input.setAttribute("aria-valuetext", text);
    this.back.style.visibility = value === undefined ? "hidden" : "visible";
    this.element.classList.toggle("khabur-slider--changed", value !== undefined);
    if (tell) this.change(value ?? null);
  }
}
