/** A button that copies the address of the page: what is seen can be sent to somebody. */

import { make } from "./dom.js";
import { ensureStyles } from "./theme.js";

const SAID_MS = 1800;

/** Copy a text, also where the page is not served securely. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = make("textarea", { style: { position: "fixed", opacity: "0" } });
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}

/** @param {{model: any, el: HTMLElement}} context */
export function render({ model, el }) {
  ensureStyles();
  let waiting = 0;
  const label = make("span", { text: "Copy link" });
  const button = make("button", { class: "khabur-button khabur-button--plain", attrs: { type: "button" } }, [
    label,
  ]);
  const own = () => {
    button.disabled = model.get("own");
    button.title = button.disabled
      ? "A link cannot carry a scenario of your own: send the zip instead"
      : "Copy the address of this view: scenario, seed, replicate, parameters and day";
  };
  const say = (text) => {
    label.textContent = text;
    clearTimeout(waiting);
    waiting = setTimeout(() => (label.textContent = "Copy link"), SAID_MS);
  };
  button.addEventListener("click", async () => {
    say((await copy(location.href)) ? "Copied" : "Not copied");
  });
  model.on("change:own", own);
  own();
  const root = make("div", { class: "khabur-view khabur-copy", data: { khabur: "copy-link" } }, [button]);
  el.append(root);
  return () => {
    clearTimeout(waiting);
    model.off("change:own", own);
    root.remove();
  };
}
