/*!
 * Whether the own node has every block there is: it had under a token, and that is still the latest, so nobody has made
 * a block since.
 */
import type { Self } from "./decide";
import type { Lease } from "./lease";

export class Complete {
  private token?: number;
  /** Asked for while complete, should the answer be lost. */
  private tried?: number;
  private uid?: string;

  /** The node has everything, under this token. */
  note(token: number): void {
    this.token = token;
  }

  /** A Lease as it was read: tokens of one that was made anew say nothing. */
  saw({ uid }: Lease): void {
    if (this.uid !== undefined && this.uid !== uid) this.token = this.tried = undefined;
    this.uid = uid;
  }

  tries(token: number, complete: boolean): void {
    this.tried = complete ? token : undefined;
  }

  /** @param latest the highest token known: a Lease may come back from a backup */
  of({ holder, instance, token }: Lease, latest: number, self: Self): boolean {
    const lostAnswer = holder === self.pod && instance === self.instance && token === this.tried;
    return token === latest && (token === this.token || lostAnswer);
  }
}
