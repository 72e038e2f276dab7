/** Expressions that a page evaluates. They are text, since the project's programs know no DOM. */

/** Elements that are wider than the page and do not scroll by themselves. */
export const overflowing = `[
  ...(document.documentElement.scrollWidth > innerWidth ? ["the page: " + document.documentElement.scrollWidth] : []),
  ...[...document.querySelectorAll("body *")]
    .filter(each => !each.closest(".wide, .skip, thead") && each.getBoundingClientRect().right > innerWidth + 1)
    .map(each => each.outerHTML.slice(0, 120)),
]`;

const shown = `[...document.querySelectorAll("svg")].filter(svg => getComputedStyle(svg).display !== "none")`;

/** How many pictures each figure shows. */
export const shownPictures = `[...document.querySelectorAll("figure")].map(
  figure => ${shown}.filter(svg => figure.contains(svg) && svg.getBoundingClientRect().height > 100).length,
)`;

/** Texts that stand out of their boxes, and shapes that stand out of their picture. */
export const outOfBox = `${shown}.flatMap(svg => {
  const whole = svg.getBoundingClientRect();
  const inside = (a, b) =>
    a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
  const out = [...svg.querySelectorAll("g:not(.namespace) > text")]
    .filter(text => {
      const rect = text.parentNode.querySelector("rect");
      return !inside(text.getBoundingClientRect(), rect.getBoundingClientRect());
    });
  const drawn = [...svg.querySelectorAll("rect, path, polygon, text")]
    .filter(each => !inside(each.getBoundingClientRect(), whole));
  return [...out.map(text => text.textContent), ...drawn.map(each => each.outerHTML)];
})`;

/** Texts of pictures whose contrast with their box is below 4.5, by WCAG's formula; axe does not look into pictures. */
export const faint = `${shown}.flatMap(svg => [...svg.querySelectorAll("g > text")]).flatMap(text => {
  const parts = color => color.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = color => parts(color)
    .map(each => (each / 255 <= 0.03928 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4))
    .reduce((sum, each, i) => sum + each * [0.2126, 0.7152, 0.0722][i], 0);
  const [ink, paper] = [text, text.parentNode.querySelector("rect")].map(each => light(getComputedStyle(each).fill));
  const contrast = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  return contrast < 4.5 ? [text.textContent + " " + contrast.toFixed(2)] : [];
})`;

/** The smallest height of a text in a picture, in pixels of the screen. */
export const smallestText = `Math.min(...${shown}.flatMap(svg => [...svg.querySelectorAll("g > text")]).map(text => {
  const { width } = text.ownerSVGElement.getBoundingClientRect();
  return parseFloat(getComputedStyle(text).fontSize) * width / text.ownerSVGElement.viewBox.baseVal.width;
}))`;
