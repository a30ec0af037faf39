/** Colours of the sides as style variables: a change of theme redraws nothing. */

import { colourOf } from "./theme.js";

/**
 * @param {number | null | undefined} faction index, or none
 * @returns {string} value of a style property, such as `var(--khabur-side-2)`
 */
export function sideColour(faction) {
  return `var(--khabur-side-${faction ?? "none"})`;
}

/**
 * Set the variables on the root of a view.
 * @param {HTMLElement} root
 * @param {object[]} factions of the theatre
 * @param {boolean} dark
 */
export function setSideColours(root, factions, dark) {
  root.style.setProperty("--khabur-side-none", colourOf(null, dark));
  factions.forEach((faction, index) => {
    root.style.setProperty(`--khabur-side-${index}`, colourOf(faction, dark));
  });
}
