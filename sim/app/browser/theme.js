/** Light and dark, the colours of the sides, and the style sheets. */

const SHEETS = ["base.css", "map.css", "replay.css", "futures.css", "sliders.css"];
const LAND_LIGHTNESS = 112; // of 255: darker colours are lightened where they fill a land
const NOBODY = { light: "#a79f91", dark: "#7d8894" };

/** What a canvas needs to know of the theme; style sheets have their own variables. */
const LIGHT = Object.freeze({
  paper: "#faf7f1",
  card: "#ffffff",
  land: "#f3ecdc",
  water: "#b5d3e4",
  river: "#6fa9cc",
  riverName: "#33698c",
  ink: "#26221c",
  soft: "#665d50",
  faint: "#8d8373",
  halo: "rgba(250, 246, 236, 0.88)",
  line: "#e4dccd",
  grid: "#e4dccd",
  road: "#b39f80",
  roadMinor: "#c7b89e",
  border: "#8a7c68",
  country: "#9a8c76",
  accent: "#1f5f8b",
  front: "#fffaf0",
  cut: "#b3261e",
  ring: "#26221c",
  ringCase: "#fffdf7",
  blast: "#e2571e",
  blastCore: "#ffd36b",
  strikeCore: "#fff6d8",
});

const DARK = Object.freeze({
  paper: "#10171f",
  card: "#19222c",
  land: "#1b2530",
  water: "#234660",
  river: "#3d7ba6",
  riverName: "#86b9dc",
  ink: "#e9eef4",
  soft: "#a6b3c1",
  faint: "#7f8d9c",
  halo: "rgba(18, 26, 35, 0.85)",
  line: "#2b3845",
  grid: "#2b3845",
  road: "#5d6b78",
  roadMinor: "#465361",
  border: "#8796a6",
  country: "#71808f",
  accent: "#7cc0f0",
  front: "#0c131a",
  cut: "#ff8a75",
  ring: "#ffffff",
  ringCase: "#0c131a",
  blast: "#ff7a3c",
  blastCore: "#ffe08a",
  strikeCore: "#fffbe8",
});

/** @type {Promise<unknown>|null} */
let styles = null;

/**
 * Link the style sheets once.
 * @returns {Promise<unknown>} settles when they are there, or known not to be
 */
export function ensureStyles() {
  styles ??= Promise.all(SHEETS.map(linkSheet));
  return styles;
}

/** @param {string} name */
function linkSheet(name) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(name, import.meta.url).href;
  const done = new Promise((settle) => {
    link.addEventListener("load", () => settle(true));
    link.addEventListener("error", () => settle(false));
  });
  document.head.append(link);
  return done;
}

/**
 * Whether the page is dark.
 * @param {Element} [element] inside the page, where there could be more than one theme
 * @returns {boolean}
 */
export function isDark(element) {
  const root = element?.closest(".v-application") ?? document.querySelector(".v-application");
  return Boolean(root?.classList.contains("theme--dark"));
}

/**
 * Say when the theme changes.
 * @param {(dark: boolean) => void} callback
 * @returns {() => void} stops it
 */
export function onThemeChange(callback) {
  let dark = isDark();
  const observer = new MutationObserver(() => {
    if (isDark() === dark) return;
    dark = !dark;
    callback(dark);
  });
  for (const root of [document.documentElement, document.body]) {
    observer.observe(root, { attributeFilter: ["class"] });
  }
  for (const root of document.querySelectorAll(".v-application")) {
    observer.observe(root, { attributeFilter: ["class"] });
  }
  return () => observer.disconnect();
}

/** Whether the visitor asked for less motion. */
export function prefersLessMotion() {
  return globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;
}

/**
 * Colours for canvases and charts.
 * @param {boolean} dark
 */
export function palette(dark) {
  return dark ? DARK : LIGHT;
}

/**
 * Colour of a side; a quiet grey for nobody.
 * @param {{light: string, dark: string}|null|undefined} faction
 * @param {boolean} dark
 * @returns {string}
 */
export function colourOf(faction, dark) {
  const of = faction ?? NOBODY;
  return dark ? of.dark : of.light;
}

/** @param {string} colour "#rrggbb" @returns {[number, number, number]} */
export function channels(colour) {
  const number = Number.parseInt(colour.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

/** @param {string} colour "#rrggbb" @param {number} alpha 0 to 1 */
export function withAlpha(colour, alpha) {
  return `rgba(${channels(colour).join(", ")}, ${alpha})`;
}

/** Relative luminance, 0 to 1, as the contrast of text is reckoned (WCAG 2.1). */
export function luminance(colour) {
  const [red, green, blue] = channels(colour).map((value) => {
    const share = value / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * A colour as the fill of a land, laid on thin. Dark colours are lightened; yellow ones keep all
 * their strength, for a dark yellow is a brown.
 * @param {string} colour "#rrggbb" @returns {string}
 */
export function landColour(colour) {
  const [red, green, blue] = channels(colour);
  const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  const yellow = most - least > 90 && blue === least && red >= green && green > 0.6 * red;
  const lift = yellow ? 1 : Math.max(0, (LAND_LIGHTNESS - (most + least) / 2) / 255);
  const lighter = (value) => (yellow ? (value * 222) / most : value + (255 - value) * lift);
  if (most - least < 40) return colour;
  return hex([red, green, blue].map(lighter));
}

/** @param {number[]} values 0 to 255 */
function hex(values) {
  return `#${values.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
}

/** Text colour that reads best on a colour: with pure black and white always at 4.5 to 1 or more. */
export function inkOn(colour) {
  return luminance(colour) > 0.18 ? "#000000" : "#ffffff";
}

/**
 * A short mark for each side, unlike any other's: the second way to tell them apart.
 * @param {{name: string, label: string}[]} factions
 * @returns {string[]}
 */
export function lettersOf(factions) {
  const taken = new Set();
  return factions.map((faction) => {
    const letters = candidates(faction.label || faction.name);
    const found = letters.find((letter) => !taken.has(letter)) ?? String(taken.size + 1);
    taken.add(found);
    return found;
  });
}

/** @param {string} label @returns {string[]} */
function candidates(label) {
  const words = label.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const first = words.map((word) => word[0].toUpperCase());
  const rest = [...words.join("").toUpperCase()];
  return [...first, ...rest];
}
