import { readText, type UnreadableFile } from "../values/load/text-file";

/** The text of a file that an option names. It never waits for a pipe or a device. */
export function readGiven(file: string, option: string, remedy = `name the right file with ${option}`): string {
  try {
    return readText(file);
  } catch (error) {
    const { message, remedy: own = remedy } = error as UnreadableFile;
    throw new Error(`${file} ${message} → ${own}`);
  }
}
