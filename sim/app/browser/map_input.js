/** Fingers, mouse and keys on the map. */

const TAP_PIXELS = 6;
const KEY_PAN = 60;
const KEY_ZOOM = 1.5;

/**
 * @typedef {object} Heard what the map does about it, all in CSS pixels within the map
 * @property {(dx: number, dy: number) => void} pan
 * @property {(factor: number, x?: number, y?: number, smoothly?: boolean) => void} zoom
 * @property {(x: number, y: number, touch: boolean) => void} point
 * @property {() => void} leave
 * @property {(x: number, y: number, touch: boolean) => void} tap
 * @property {() => void} whole
 */

/**
 * Listen on an element.
 * @param {HTMLElement} element
 * @param {Heard} heard
 * @returns {() => void} stops listening
 */
export function listen(element, heard) {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  const pointers = new Pointers(element, heard);
  element.addEventListener("pointerdown", (event) => pointers.down(event), options);
  element.addEventListener("pointermove", (event) => pointers.moved(event), options);
  element.addEventListener("pointerup", (event) => pointers.up(event, true), options);
  element.addEventListener("pointercancel", (event) => pointers.up(event, false), options);
  element.addEventListener("pointerleave", () => heard.leave(), options);
  const wheel = (event) => turned(event, element, heard);
  element.addEventListener("wheel", wheel, { ...options, passive: false });
  element.addEventListener("keydown", (event) => pressed(event, element, heard), options);
  return () => stop.abort();
}

/** Drags with one pointer, pinches with two. */
class Pointers {
  /** @param {HTMLElement} element @param {Heard} heard */
  constructor(element, heard) {
    this.element = element;
    this.heard = heard;
    /** @type {Map<number, {x: number, y: number}>} */
    this.held = new Map();
    this.dragged = 0;
    this.pinched = false;
  }

  /** @param {PointerEvent} event */
  at(event) {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    if (this.held.size === 0) {
      this.dragged = 0;
      this.pinched = false;
    }
    this.held.set(event.pointerId, this.at(event));
    if (this.held.size > 1) this.pinched = true;
  }

  /** @param {PointerEvent} event */
  moved(event) {
    const now = this.at(event);
    const before = this.held.get(event.pointerId);
    if (!before) {
      this.heard.point(now.x, now.y, event.pointerType === "touch");
      return;
    }
    const others = [...this.held.entries()].filter(([id]) => id !== event.pointerId);
    this.held.set(event.pointerId, now);
    if (others.length > 0) this.pinch(before, now, others[0][1]);
    else this.drag(now.x - before.x, now.y - before.y);
  }

  drag(dx, dy) {
    this.dragged += Math.abs(dx) + Math.abs(dy);
    if (this.dragged < TAP_PIXELS) return;
    this.element.classList.add("khabur-map--dragged");
    this.heard.pan(dx, dy);
  }

  pinch(before, now, other) {
    const apart = (point) => Math.max(Math.hypot(point.x - other.x, point.y - other.y), 1);
    const [x, y] = [(now.x + other.x) / 2, (now.y + other.y) / 2];
    this.heard.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    this.heard.zoom(apart(now) / apart(before), x, y);
  }

  /** @param {PointerEvent} event @param {boolean} lifted rather than taken away */
  up(event, lifted) {
    if (!this.held.delete(event.pointerId)) return;
    this.element.classList.remove("khabur-map--dragged");
    const { x, y } = this.at(event);
    const touch = event.pointerType === "touch";
    if (lifted && !this.pinched && this.dragged < TAP_PIXELS) this.heard.tap(x, y, touch);
  }
}

/** @param {WheelEvent} event */
function turned(event, element, heard) {
  event.preventDefault();
  const box = element.getBoundingClientRect();
  const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? box.height : 1;
  const turn = Math.max(-120, Math.min(120, event.deltaY * unit));
  const pace = event.ctrlKey ? 0.01 : 0.0022;
  heard.zoom(Math.exp(-turn * pace), event.clientX - box.left, event.clientY - box.top);
}

/** @param {KeyboardEvent} event */
function pressed(event, element, heard) {
  if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
  const actions = {
    ArrowLeft: () => heard.pan(KEY_PAN, 0),
    ArrowRight: () => heard.pan(-KEY_PAN, 0),
    ArrowUp: () => heard.pan(0, KEY_PAN),
    ArrowDown: () => heard.pan(0, -KEY_PAN),
    "+": () => heard.zoom(KEY_ZOOM, undefined, undefined, true),
    "=": () => heard.zoom(KEY_ZOOM, undefined, undefined, true),
    "-": () => heard.zoom(1 / KEY_ZOOM, undefined, undefined, true),
    0: () => heard.whole(),
    Escape: () => heard.leave(),
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}
