import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { getJson } from "./kubectl";

/** What a run has shown, step by step; `EVIDENCE=FILE` keeps it as Markdown. */
export class Evidence {
  private readonly rows: string[] = [];

  constructor(private readonly title: string) {}

  add(step: string, seen: string): void {
    this.rows.push(`| ${step} | ${seen} |`);
    process.stderr.write(`  ${step}: ${seen}\n`);
  }

  async write(setup: readonly string[]): Promise<void> {
    const file = process.env.EVIDENCE;
    if (!file) return;
    const { items } = await getJson("nodes");
    const version = items[0].status.nodeInfo.kubeletVersion;
    const text = [
      `# ${this.title}`,
      "",
      `Written by \`EVIDENCE=${file} npm run test:cluster\` on ${new Date().toISOString().slice(0, 10)}: Kubernetes ${version}, ${items.length} nodes.`,
      "",
      ...setup.map(line => `- ${line}`),
      "",
      "| step | seen |",
      "| --- | --- |",
      ...this.rows,
      "",
    ];
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text.join("\n"));
  }
}
