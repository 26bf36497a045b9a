/** What this window leaves on the device, in case the LMS does not keep what it is given. */

import { markOf } from "./copy";
import type { Copy, Entry, NewEntry } from "./types";
import type { Vault } from "./vault";

type Statements = NonNullable<Copy["statements"]>;

export class LocalCopy {
  private copy: Copy = { resume: "", sent: [], entries: [] };
  private key = "";
  /** The key that the LMS's record is known to hold: a copy under another opens nowhere. */
  private heldKey = "";
  private isStored = false;
  private writes = 0;

  constructor(
    private readonly vault: Vault,
    /** Called when it has become known whether the latest copy is kept. */
    private readonly onChange: () => void,
  ) {}

  /** Whether the next launch on this device will find all of it. */
  get isKept(): boolean {
    return this.isStored && this.key !== "" && this.isHeld;
  }

  /** Whether the LMS's record is known to hold this window's key. */
  get isHeld(): boolean {
    return this.key === this.heldKey;
  }

  /** What an earlier window left here for a record that holds this key. */
  async begin(held: string, key: string): Promise<Copy | undefined> {
    this.heldKey = key;
    this.copy.sent = [markOf(held)];
    return this.vault.read(key);
  }

  /** Keeps what the LMS should hold now, and what is on its way to it. */
  keep(resume: string, key: string, entries: NewEntry[], statements: Statements = []): void {
    const { copy } = this;
    copy.statements = statements;
    const mark = markOf(resume);
    if (copy.sent[copy.sent.length - 1] !== mark) copy.sent.push(mark);
    const after = copy.sent.length - 1;
    for (const entry of entries) {
      const isOther = ({ block, vote }: Entry): boolean =>
        block !== entry.block || vote !== entry.vote;
      copy.entries = [...copy.entries.filter(isOther), { ...entry, after }];
    }
    copy.resume = resume;
    this.key = key;
    void this.store();
  }

  /** The LMS has taken resume data with this window's key. */
  confirm(): void {
    this.heldKey = this.key;
  }

  private async store(): Promise<void> {
    this.isStored = false;
    const turn = (this.writes += 1);
    const isStored = await this.vault.write(this.key, this.copy);
    if (turn !== this.writes) return;
    this.isStored = isStored;
    this.onChange();
  }
}
