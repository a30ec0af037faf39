/**
 * The head of the futures view: what is shown, how many replicates are in, and the sides, each
 * of which can be switched off in the fan charts.
 */

import { make } from "./dom.js";
import { plain } from "./futures_data.js";
import { colourOf, isDark } from "./theme.js";

export class FuturesHead {
  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} grid  where the sides stand, before the charts
   * @param {(faction: number) => void} onToggle
   */
  constructor(root, grid, onToggle) {
    this.root = root;
    this.onToggle = onToggle;
    this.names = make("div", { class: "khabur-futures__names" });
    this.progress = make("span", { class: "khabur-soft khabur-futures__progress",
      attrs: { role: "status" } });
    this.sides = make("div", { class: "khabur-futures__sides", attrs: { role: "group" },
      aria: { label: "Sides in the fan charts" } });
    this.key = make("span", { class: "khabur-soft khabur-futures__key" });
    const top = make("div", { class: "khabur-futures__top" }, [this.names, this.progress]);
    root.append(make("header", { class: "khabur-futures__header" }, [top]), grid);
    grid.append(make("div", { class: "khabur-futures__legend" }, [this.sides, this.key]));
  }

  /** Nothing has come yet. @param {string} title @param {object} [futures] */
  wait(title, futures) {
    this.names.replaceChildren(make("h2", { class: "khabur-futures__title", text: title }));
    const of = futures?.of ? ` of ${plain(futures.of)} replicates` : "";
    this.progress.textContent = of ? `0${of}` : "The first replicates are being simulated…";
  }

  /**
   * @param {{theatre: object, ensembles: Array<import("./futures_data.js").Ensemble>,
   *   hidden: Set<number>}} view
   */
  show({ theatre, ensembles, hidden }) {
    const several = ensembles.length > 1;
    this.names.replaceChildren(...ensembles.map((ensemble, place) => nameOf(ensemble, place, several)));
    this.progress.textContent = ensembles.map((each, place) =>
      `${several ? `${"AB"[place]} ` : ""}${counted(each)}`).join(" · ");
    this.key.textContent = several
      ? "Lines: medians, A whole and B dashed. Bands: half and nine tenths of the replicates"
      : "Line: median. Bands: half and nine tenths of the replicates";
    this.#showSides(theatre, ensembles, hidden);
  }

  #showSides(theatre, ensembles, hidden) {
    const seen = new Set(ensembles.flatMap((ensemble) =>
      [...ensemble.fans.values()].flatMap((fan) => fan.factions)));
    const listed = theatre.factions.map((faction, index) => ({ faction, index }))
      .filter(({ index }) => seen.has(index));
    const sign = listed.map(({ index }) => index).join();
    if (this.listed !== theatre || this.sign !== sign) {
      this.sides.replaceChildren(...listed.map((side) => this.#sideButton(side)));
      this.listed = theatre;
      this.sign = sign;
    }
    const dark = isDark(this.root);
    for (const each of this.sides.children) {
      const index = Number(each.dataset.faction);
      each.style.setProperty("--kh-swatch", colourOf(theatre.factions[index], dark));
      each.setAttribute("aria-pressed", String(!hidden.has(index)));
    }
  }

  #sideButton({ faction, index }) {
    return make("button", {
      class: "khabur-futures__side",
      title: `Show or hide ${faction.label} in the fan charts`,
      attrs: { type: "button" },
      data: { faction: String(index) },
      on: { click: () => this.onToggle(index) },
    }, [make("span", { class: "khabur-swatch" }), faction.label]);
  }
}

/** The name of a scenario; of two, with its letter and how it is drawn. */
function nameOf(ensemble, place, several) {
  const words = ensemble.label && ensemble.label !== ensemble.title
    ? `${ensemble.title}: ${ensemble.label}` : ensemble.title;
  if (!several) return make("h2", { class: "khabur-futures__title", text: words });
  return make("h2", { class: "khabur-futures__title", data: { place: "ab"[place] } }, [
    make("span", { class: "khabur-futures__letter", text: "AB"[place] }),
    words,
  ]);
}

/** "96 of 256 replicates", "256 replicates". */
function counted({ done, of }) {
  const all = `${plain(of)} ${of === 1 ? "replicate" : "replicates"}`;
  return done < of ? `${plain(done)} of ${all}` : all;
}
