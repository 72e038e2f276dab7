import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Finding } from "../../lint/lint";
import { type Report, toHtml } from "../../report/html";
import { reports, withoutPolicy } from "../report/reports";
import { chromiumProgram } from "./chromium";
import { faint, outOfBox, overflowing, shownPictures, smallestText } from "./in-page";

const all = reports();
const devnet = all.get("devnet") as Report;
const finding: Finding = {
  rule: "probes",
  severity: "error",
  object: "Job net/x",
  path: "spec.template",
  found: "has none",
  remedy: "add one",
};
const NAMES = ["devnet", "mainnet", "staging", "raft-5", "spike"];
const pages = new Map(NAMES.map(name => [name, toHtml(all.get(name) as Report)]));
pages.set("broken", toHtml({ ...withoutPolicy(devnet, "boot"), findings: [finding, { ...finding, waived: "known" }] }));

const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } };
/** Each width and each scheme once: colours do not depend on the width. */
const READERS = [
  ["phone", "dark"],
  ["desk", "light"],
] as const;
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
/** Where pictures of every page go, to be looked at. @default - none are made */
const SHOTS = process.env.SCREENSHOTS;

let folder: string;
let browser: Browser;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "browser-"));
  for (const [name, text] of pages) writeFileSync(join(folder, `${name}.html`), text);
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
  browser = await chromium.launch({ executablePath: chromiumProgram(), args: ["--no-sandbox"] });
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** Opens a page and hands over what it asked for and said meanwhile. */
async function open(
  name: string,
  options: object,
  look: (page: Page, events: string[]) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    const events: string[] = [];
    page.on("console", message => events.push(message.text()));
    page.on("pageerror", error => events.push(error.message));
    page.on("request", request => events.push(request.url()));
    const url = pathToFileURL(join(folder, `${name}.html`)).href;
    await page.goto(url);
    await look(
      page,
      events.filter(event => event !== url),
    );
  } finally {
    await context.close();
  }
}

async function shoot(page: Page, name: string): Promise<void> {
  if (!SHOTS) return;
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
  for (const [i, figure] of (await page.locator("figure").all()).entries())
    await figure.screenshot({ path: join(SHOTS, `${name}-${i}.png`) });
}

describe.each([...pages.keys()])("%s", name => {
  test.each(Object.entries(SIZES))("fits on a %s, and asks nobody for anything", async (_, viewport) => {
    await open(name, { viewport }, async (page, events) => {
      expect(await page.evaluate(overflowing)).toEqual([]);
      expect(new Set((await page.evaluate(shownPictures)) as number[])).toEqual(new Set([1]));
      expect(await page.evaluate(outOfBox)).toEqual([]);
      expect(await page.evaluate(smallestText)).toBeGreaterThan(9);
      expect(events).toEqual([]);
    });
  });

  test.each(READERS)("can be read on a %s in %s, and with a screen reader", async (size, colorScheme) => {
    await open(name, { viewport: SIZES[size], colorScheme }, async page => {
      expect(await page.evaluate(faint)).toEqual([]);
      await page.evaluate(axe);
      const { violations } = (await page.evaluate("axe.run()")) as {
        violations: { id: string; nodes: { html: string }[] }[];
      };
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      await shoot(page, `${name}-${size}-${colorScheme}`);
    });
  });

  test("can be printed", async () => {
    // The width of A4 without its margins, at 96 dots an inch.
    await open(name, { viewport: { width: 680, height: 960 } }, async page => {
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
      expect(await page.evaluate(overflowing.replace(".wide, ", ""))).toEqual([]);
      expect(await page.evaluate(smallestText)).toBeGreaterThan(8); // 6 points
      const pdf = await page.pdf({ format: "A4", ...(SHOTS && { path: join(SHOTS, `${name}.pdf`) }) });
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    });
  });
});

test("the keyboard comes to the content first, then to the contents and the pictures", async () => {
  await open("devnet", { viewport: SIZES.phone }, async page => {
    const focused = () =>
      page.evaluate("document.activeElement.textContent.trim().slice(0, 30) || document.activeElement.tagName");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Skip to the content");
    expect(await page.evaluate("document.activeElement.getBoundingClientRect().left >= 0")).toBe(true);
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineWidth")).toBe("3px");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("main");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.getAttribute('aria-label')")).toBe(
      "Topology of devnet-p2p, can be scrolled",
    );
  });
});
