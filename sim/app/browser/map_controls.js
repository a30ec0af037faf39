/** The map's own buttons: nearer, farther, the whole theatre, each city. */

import { button, make } from "./dom.js";

/**
 * Buttons that zoom.
 * @param {{zoom: (factor: number) => void}} map
 * @returns {HTMLElement}
 */
export function zoomButtons(map) {
  return make("div", { class: "khabur-map-zoom", attrs: { role: "group" }, aria: { label: "Zoom" } }, [
    button({ label: "Zoom in", icon: "plus", press: () => map.zoom(1.6) }),
    button({ label: "Zoom out", icon: "minus", press: () => map.zoom(1 / 1.6) }),
  ]);
}

/**
 * Buttons that go to a city, or back to the whole.
 * @param {any} theatre
 * @param {{fitTheatre: () => void, fitCity: (index: number) => void}} map
 * @returns {HTMLElement}
 */
export function placeButtons(theatre, map) {
  const options = { class: "khabur-map-places", attrs: { role: "group" }, aria: { label: "Go to" } };
  return make("div", options, [
    button({ label: "Show the whole theatre", text: "Whole theatre", press: () => map.fitTheatre() }),
    ...theatre.cities.map((city, index) =>
      button({ label: `Go to ${city.label}`, text: city.label, press: () => map.fitCity(index) }),
    ),
  ]);
}

/**
 * Show which button tells where the map is.
 * @param {HTMLElement} group
 * @param {number} chosen index of the button, -1 for none
 */
export function markChosen(group, chosen) {
  [...group.children].forEach((child, index) => {
    child.setAttribute("aria-pressed", String(index === chosen));
  });
}
