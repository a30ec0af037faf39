/** Where a visitor's own scenario comes in: a zip that is dropped here, or chosen. */

import { make } from "./dom.js";
import { ensureStyles } from "./theme.js";

const LABEL = "Your own scenario: drop its folder here as a zip, or click to choose it";

/** @param {{model: any, el: HTMLElement}} context */
export async function render({ model, el }) {
  const words = make("span", { text: LABEL });
  const input = make("input", { class: "khabur-drop__input", aria: { label: LABEL },
    attrs: { type: "file", accept: ".zip,application/zip" } });
  const zone = make("label", { class: "khabur-drop" }, [input, words]);
  const root = make("div", { class: "khabur-view khabur-copy", data: { khabur: "upload" } }, [zone]);
  const over = (is) => (event) => {
    event.preventDefault();
    zone.toggleAttribute("data-over", is);
  };
  input.addEventListener("change", () => {
    take(model, input.files[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", (event) => {
    over(false)(event);
    take(model, event.dataTransfer.files[0]);
  });
  el.append(root);
  await ensureStyles();
  return () => root.remove();
}

/**
 * Send a file. One byte more than is allowed tells that there is more; the rest stays here.
 * @param {any} model
 * @param {File|undefined} file
 */
async function take(model, file) {
  if (!file) return;
  const content = await file.slice(0, model.get("most") + 1).arrayBuffer().catch(() => null);
  model.set("file", { name: file.name, at: performance.now(), content: new DataView(content ?? new ArrayBuffer(0)) });
  model.save_changes();
}
