"""What the browser is asked about how a page looks."""

from tests.app.browser.visitors import MAP

COLOURS_OF_THE_MAP = f"""() => {{
  const colours = new Set();
  for (const canvas of {MAP}.surface.querySelectorAll("canvas")) {{
    const {{ data }} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 4 * 37) {{
      if (data[at + 3]) colours.add(data.slice(at, at + 3).join());
    }}
  }}
  return colours.size;
}}"""

# What can be pressed, and is not within the window, cut off at a side, or covered by something.
OUT_OF_REACH = """() => {
  const width = document.documentElement.clientWidth;
  const how = { opacityProperty: true, visibilityProperty: true };
  const seen = (element) => element.checkVisibility(how);
  const scrolls = (element) => {
    for (let each = element.parentElement; each; each = each.parentElement) {
      const { overflowX } = getComputedStyle(each);
      if (overflowX !== "visible" && each.scrollWidth > each.clientWidth + 1) {
        return overflowX !== "hidden";
      }
    }
    return false;
  };
  const faults = [];
  for (const element of document.querySelectorAll("button, a[href], select, input, [role=tab]")) {
    const box = element.getBoundingClientRect();
    if (!seen(element) || !box.width || element.matches(".khabur-drop__input")) continue;
    if (element.closest(".v-navigation-drawer, .v-dialog__content")) continue;
    const words = element.getAttribute("aria-label") || element.textContent.trim();
    const name = words || element.outerHTML;
    if ((box.left < -1 || box.right > width + 1) && !scrolls(element)) {
      faults.push(`beyond the edge: ${name} (${box.left} to ${box.right})`);
    }
    const hidden = getComputedStyle(element).overflowX !== "visible";
    if (element.tagName === "BUTTON" && hidden && element.scrollWidth > element.clientWidth + 1) {
      faults.push(`cut off: ${name}`);
    }
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    if (x < 0 || x >= width || y < 0 || y >= innerHeight) continue;
    const top = document.elementFromPoint(x, y);
    const own = top && (element.contains(top) || top.contains(element) || top.closest("label"));
    if (!own) faults.push(`covered: ${name} by ${top?.className}`);
  }
  for (const icon of document.querySelectorAll(".v-icon.mdi")) {
    const { content } = getComputedStyle(icon, "::before");
    if (content === "none") faults.push(`no icon: ${icon.className}`);
  }
  return faults;
}"""

# Words that can hardly be read: [contrast, words], for those that stand on a plain colour.
FAINT = """([least, leastOfLarge]) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (front, back) =>
    [0, 1, 2].map((at) => front[at] * front[3] + back[at] * (1 - front[3])).concat(1);
  const luminance = (colour) => {
    const [red, green, blue] = colour.map((value) => {
      const share = value / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const colour = read(getComputedStyle(each).backgroundColor);
      layers.push(colour);
      if (colour[3] > 0.99) break;
    }
    return layers.reduceRight((back, front) => over(front, back), [255, 255, 255, 1]);
  };
  const how = { opacityProperty: true, visibilityProperty: true };
  const disabled = "[disabled], [aria-disabled=true], .v-btn--disabled, .v-input--is-disabled";
  const noWords = `script, style, noscript, option, svg, ${disabled}`;
  const faults = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.replaceAll("\u200b", "").trim();
    const element = node.parentElement;
    if (!text || element.closest(noWords) || !element.checkVisibility(how)) continue;
    const style = getComputedStyle(element);
    let opacity = 1;
    for (let each = element; each; each = each.parentElement) {
      opacity *= getComputedStyle(each).opacity;
    }
    const ground = groundOf(element);
    const ink = read(style.color);
    ink[3] *= opacity;
    const [a, b] = [luminance(over(ink, ground)), luminance(ground)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.6 && Number(style.fontWeight) >= 700);
    if (contrast < (large ? leastOfLarge : least)) {
      const start = text.slice(0, 60);
      faults.set(start, `${contrast.toFixed(2)}: ${start} (.${element.className})`);
    }
  }
  return [...faults.values()];
}"""
