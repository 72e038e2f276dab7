/** What the name of an image says. */
export interface Image {
  readonly repository: string;
  readonly tag?: string;
  readonly version?: readonly number[];
}

export function imageOf(image: string): Image {
  const [named = ""] = image.split("@");
  const [, repository = named, tag] = /^(.*?)(?::([^:/]*))?$/.exec(named) ?? [];
  const version = /^v?(\d+)\.(\d+)(?:\.(\d+))?/
    .exec(tag ?? "")
    ?.slice(1)
    .map(part => Number(part ?? 0));
  return { repository, ...(tag && { tag }), ...(version && { version }) };
}
