import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Gaps, gapChart } from "../sequencer/gap-chart";
import { getJson } from "./kubectl";

/**
 * What a run has shown, step by step; `EVIDENCE=FILE.md` keeps it as Markdown, with a picture of the gaps beside it.
 */
export class Evidence {
  private readonly rows: string[] = [];
  private readonly gaps: Gaps[] = [];

  constructor(private readonly title: string) {}

  /** @param gapsMs longest times without a block, one a round */
  add(step: string, seen: string, gapsMs: readonly number[] = []): void {
    this.rows.push(`| ${step} | ${seen} |`);
    if (gapsMs.length > 0) this.gaps.push({ drill: step, seconds: gapsMs.map(ms => ms / 1000) });
    process.stderr.write(`  ${step}: ${seen}\n`);
  }

  /** @param picture an SVG that is kept beside the page */
  async write(setup: readonly string[], picture?: string): Promise<void> {
    const file = process.env.EVIDENCE;
    if (!file) return;
    mkdirSync(dirname(file), { recursive: true });
    const { items } = await getJson("nodes");
    const version = items[0].status.nodeInfo.kubeletVersion;
    const rounds = process.env.ROUNDS ? `ROUNDS=${process.env.ROUNDS} ` : "";
    const text = [
      `# ${this.title}`,
      "",
      `Written by \`${rounds}EVIDENCE=${file} npm run test:cluster\` on ${new Date().toISOString().slice(0, 10)}: ` +
        `Kubernetes ${version}, ${items.length} nodes.`,
      "",
      ...setup.map(line => `- ${line}`),
      "",
      ...(picture ? this.picture(file, picture) : []),
      "| step | seen |",
      "| --- | --- |",
      ...this.rows,
      ...this.rounds(file),
      "",
    ];
    writeFileSync(file, text.join("\n"));
  }

  private picture(file: string, svg: string): string[] {
    const name = `${basename(file, ".md")}.svg`;
    writeFileSync(join(dirname(file), name), svg);
    return [`![${this.title}](${name})`, ""];
  }

  /** The picture, and the figures that it is made of. */
  private rounds(file: string): string[] {
    if (this.gaps.length === 0) return [];
    const picture = `${basename(file, ".md")}.svg`;
    writeFileSync(join(dirname(file), picture), gapChart(this.title, this.gaps));
    return [
      "",
      `![${this.title}: the gap of every round, and the medians](${picture})`,
      "",
      "| drill | gap of each round, in seconds |",
      "| --- | --- |",
      ...this.gaps.map(({ drill, seconds }) => `| ${drill} | ${seconds.map(gap => gap.toFixed(2)).join(", ")} |`),
    ];
  }
}
