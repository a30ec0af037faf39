/**
 * The play clock: where a replay stands, as a float day, and how it moves on.
 *
 * It asks for animation frames only while something moves, so a page at rest costs nothing.
 */

import { prefersLessMotion } from "./theme.js";

/** Days a second to choose from. */
export const SPEEDS = [1, 2, 5, 10];

const REST_MS = 250;
/** Pace of a glide to a day, in ms a day: quick enough to feel at once, slow enough to be seen. */
const GLIDE_MS = 90;
/** From farther away than this, in days, a glide starts near its goal: nobody waits for it. */
const GLIDE_DAYS = 1;
/** After a pause of the browser (a hidden tab) days are not made up for. */
const LONGEST_STEP_MS = 250;
/** Room for rounding where a position is a whole day. */
const NEAR = 1e-6;

/**
 * @typedef {object} ClockListener
 * @property {(position: number) => void} [moved] the position is another one; paint it
 * @property {() => void} [changed] playing, speed or length changed
 * @property {(day: number) => void} [rested] nothing has moved for a quarter of a second
 */

/**
 * Position, speed and motion of a replay.
 *
 * Position d, whole, is the end of day d, and what lies between d and d + 1 is shown as day d.
 * It comes to rest on whole days only.
 */
export class PlayClock {
  /** @param {ClockListener} listener */
  constructor(listener) {
    this.listener = listener;
    this.days = 1;
    this.playing = false;
    this.speed = 2;
    /** Nothing is recorded yet: it stands still. */
    this.locked = true;
    /** The visitor holds the slider: nothing counts as rest. */
    this.held = false;
    /** @type {number | null} day that a glide ends on */
    this.goal = null;
    this._position = 0;
    this._frame = 0;
    this._rest = 0;
    this._before = 0;
    this._tick = this._tick.bind(this);
  }

  /** @returns {number} index of the last day */
  get last() {
    return Math.max(0, this.days - 1);
  }

  /** @returns {number} float day to be painted; whole days for who asked for little movement */
  get position() {
    return prefersLessMotion() ? this.day : this._position;
  }

  /** @returns {number} day that is shown: the one under way, or the goal of a glide */
  get day() {
    return this.goal ?? Math.floor(this._position + NEAR);
  }

  /**
   * Take up a record, of another length perhaps, without a glide.
   * @param {number} days
   * @param {number} day
   * @param {boolean} locked whether it must stand there, for nothing is recorded yet
   */
  reset(days, day, locked) {
    this.days = Math.max(1, days);
    this.locked = locked;
    this.goal = null;
    this._position = this._clamp(Math.floor(day));
    if (locked || this._position >= this.last) this.playing = false;
    this.listener.changed?.();
    this.listener.moved?.(this.position);
  }

  /** Start, from the beginning if it stands at the end. */
  play() {
    if (this.playing || this.locked || this.days < 2) return;
    if (this.day >= this.last) this._position = 0;
    this.goal = null;
    this.playing = true;
    this.listener.changed?.();
    this._run();
  }

  /** Stop on the day that is shown. */
  pause() {
    if (this.playing) this.go(this.day);
  }

  /** Start or stop. */
  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /**
   * Glide to a day; playing ends.
   * @param {number} day
   */
  go(day) {
    if (this.locked) return;
    const goal = this._clamp(Math.round(day));
    this._stopPlaying();
    const away = goal - this._position;
    if (Math.abs(away) > GLIDE_DAYS) this._position = goal - Math.sign(away) * GLIDE_DAYS;
    this.goal = goal;
    this._run();
  }

  /**
   * Go some days on (or back).
   * @param {number} days
   */
  step(days) {
    this.go(this.day + days);
  }

  /**
   * Stand where the visitor holds the slider; playing ends.
   * @param {number} position float day
   */
  hold(position) {
    if (this.locked) return;
    this._stopPlaying();
    this.held = true;
    this.goal = null;
    this._position = this._clamp(position);
    this._run();
  }

  /** The visitor let go of the slider. */
  release() {
    if (!this.held) return;
    this.held = false;
    this.go(this.day);
  }

  /** @param {number} speed days a second */
  setSpeed(speed) {
    this.speed = speed;
    this.listener.changed?.();
  }

  /** Stop for good. */
  destroy() {
    cancelAnimationFrame(this._frame);
    clearTimeout(this._rest);
    this.listener = {};
  }

  _stopPlaying() {
    if (!this.playing) return;
    this.playing = false;
    this.listener.changed?.();
  }

  _run() {
    clearTimeout(this._rest);
    if (this._frame) return;
    this._before = performance.now();
    this._frame = requestAnimationFrame(this._tick);
  }

  /** @param {number} now */
  _tick(now) {
    this._frame = 0;
    const passed = Math.min(Math.max(0, now - this._before), LONGEST_STEP_MS);
    this._before = now;
    const moving = this.playing ? this._playOn(passed) : this._glideOn(passed);
    this.listener.moved?.(this.position);
    if (moving) this._frame = requestAnimationFrame(this._tick);
    else this._awaitRest();
  }

  /** @param {number} passed ms */
  _playOn(passed) {
    this._position = this._clamp(this._position + (this.speed * passed) / 1000);
    if (this._position < this.last) return true;
    this._stopPlaying();
    return false;
  }

  /** @param {number} passed ms */
  _glideOn(passed) {
    if (this.goal === null) return false;
    const away = this.goal - this._position;
    const step = passed / GLIDE_MS;
    if (Math.abs(away) > step) {
      this._position += Math.sign(away) * step;
      return true;
    }
    this._position = this.goal;
    this.goal = null;
    return false;
  }

  _awaitRest() {
    clearTimeout(this._rest);
    if (this.held) return;
    this._rest = setTimeout(() => this.listener.rested?.(this.day), REST_MS);
  }

  /** @param {number} day */
  _clamp(day) {
    return Math.min(this.last, Math.max(0, day));
  }
}
