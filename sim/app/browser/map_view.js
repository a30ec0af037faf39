/** The window on the theatre: where it looks, how near, and how it gets there. */

const NEAREST = 220; // CSS pixels per km: a street's width is then a few pixels
const MOVE_MS = 400;

export class MapView {
  constructor() {
    this.width = 1;
    this.height = 1;
    /** Middle of the window, km. */
    this.x = 0;
    this.y = 0;
    /** CSS pixels per km. */
    this.scale = 1;
    /** @type {[number, number, number, number]} west, north, east, south of the theatre, km */
    this.bounds = [0, 0, 1, 1];
    /** @type {{start: number, from: number[], to: number[]}|null} */
    this.move = null;
    /** Whether the whole theatre is in view: it then stays so when the window is resized. */
    this.whole = true;
    /** CSS pixels at the top that the map's buttons cover. */
    this.head = 0;
    /** CSS pixels at the bottom that its legend covers. */
    this.foot = 0;
  }

  /** @param {number} x km @returns {number} CSS pixels */
  screenX(x) {
    return (x - this.x) * this.scale + this.width / 2;
  }

  /** @param {number} y km @returns {number} CSS pixels */
  screenY(y) {
    return (y - this.y) * this.scale + this.height / 2;
  }

  /** @param {number} px @param {number} py @returns {[number, number]} km */
  ground(px, py) {
    return [
      this.x + (px - this.width / 2) / this.scale,
      this.y + (py - this.height / 2) / this.scale,
    ];
  }

  /** Let a canvas draw in km. */
  apply(context, ratio) {
    const k = this.scale * ratio;
    const left = (this.width / 2) * ratio - this.x * k;
    const top = (this.height / 2) * ratio - this.y * k;
    context.setTransform(k, 0, 0, k, left, top);
  }

  /** @param {number} width CSS pixels @param {number} height */
  resize(width, height) {
    this.width = Math.max(width, 1);
    this.height = Math.max(height, 1);
    this.move = null;
    if (this.whole) this.show(this.bounds, 0);
    this.limit();
  }

  /** Scale and middle at which bounds fill the window. */
  fitting([west, north, east, south], padding) {
    const [head, foot] = [Math.min(this.head, this.height / 4), Math.min(this.foot, this.height / 4)];
    const across = (this.width - 2 * padding) / (east - west || 1);
    const down = (this.height - head - foot - 2 * padding) / (south - north || 1);
    const scale = Math.max(Math.min(across, down), 0.01);
    return [(west + east) / 2, (north + south) / 2 + (foot - head) / 2 / scale, scale];
  }

  /**
   * Look at a rectangle.
   * @param {[number, number, number, number]} bounds
   * @param {number} padding CSS pixels left around it
   * @param {boolean} [smoothly]
   */
  show(bounds, padding, smoothly = false) {
    this.whole = bounds === this.bounds;
    this.go(this.fitting(bounds, padding), smoothly);
  }

  /** @param {number[]} to x, y, scale @param {boolean} smoothly */
  go(to, smoothly) {
    if (!smoothly) {
      [this.x, this.y, this.scale] = to;
      this.move = null;
      this.limit();
      return;
    }
    this.move = { start: performance.now(), from: [this.x, this.y, this.scale], to };
  }

  /** Take the next step of a move. @returns {boolean} whether one is under way */
  step(now) {
    if (!this.move) return false;
    const { start, from, to } = this.move;
    const time = Math.min(Math.max((now - start) / MOVE_MS, 0), 1);
    const eased = time < 0.5 ? 4 * time ** 3 : 1 - (2 - 2 * time) ** 3 / 2;
    const scale = from[2] * (to[2] / from[2]) ** eased;
    // The middle moves so that the picture grows about one point, not along a curve.
    const grown = to[2] === from[2] ? eased : (1 / scale - 1 / from[2]) / (1 / to[2] - 1 / from[2]);
    this.x = from[0] + (to[0] - from[0]) * grown;
    this.y = from[1] + (to[1] - from[1]) * grown;
    this.scale = scale;
    if (time >= 1) {
      this.move = null;
      this.limit();
    }
    return true;
  }

  /** Zoom by a factor about a point of the window. */
  zoom(factor, px = this.width / 2, py = this.height / 2, smoothly = false) {
    const [x, y] = this.ground(px, py);
    const base = this.move && smoothly ? this.move.to[2] : this.scale;
    const scale = Math.min(Math.max(base * factor, this.farthest()), NEAREST);
    const middle = [x - (px - this.width / 2) / scale, y - (py - this.height / 2) / scale];
    this.whole = false;
    this.go([...middle, scale], smoothly);
  }

  /** Move the picture by pixels. */
  pan(dx, dy) {
    this.move = null;
    this.whole = false;
    this.x -= dx / this.scale;
    this.y -= dy / this.scale;
    this.limit();
  }

  /** Smallest scale: the whole theatre with a little around it. */
  farthest() {
    return this.fitting(this.bounds, 0)[2] * 0.85;
  }

  /** Keep the window over the theatre. */
  limit() {
    const [west, north, east, south] = this.bounds;
    this.scale = Math.min(Math.max(this.scale, this.farthest()), NEAREST);
    const head = this.head / 2 / this.scale;
    const foot = this.foot / 2 / this.scale;
    this.x = Math.min(Math.max(this.x, west), east);
    this.y = Math.min(Math.max(this.y, north - head), south + foot);
  }
}
