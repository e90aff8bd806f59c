import { duration } from '../../recovery/duration';
import { AgenteError } from '../../recovery/errors';
import { instantName } from '../recovery-points/instant-name';
import { keysOf } from '../vault/keys';
import type { Listed, Vault } from '../vault/vault';
import { parseManifest } from './manifest';
import { NewestInstant, type Candidate } from './newest-instant';
import { validationSchema } from './validation';

/** A host whose clock is further off its vault's takes no backup. */
const clocksDiffer = duration('10s');
/** A backup has its name when it begins, and its manifest when it ends. */
const longestBackup = duration('1d');

/** How a look is gone about. */
export interface Looking {
  /** Throws when there is no more time for it. */
  readonly goOn: () => void;
  /** Is told once of a record that cannot be read; it hides no other. */
  readonly unreadable: (key: string, fact: string) => void;
}

/**
 * The newest of one lineage of a dataset, looked for again and again: a look lists the names of a day, and
 * reads what is new.
 */
export class NewestArtefacts {
  private readonly points = new NewestInstant();
  private readonly validations = new NewestInstant();
  private readonly keys: ReturnType<typeof keysOf>;

  constructor(
    private readonly dataset: string,
    private readonly lineage: string,
  ) {
    this.keys = keysOf(dataset, lineage);
  }

  /** The newest instant that a whole recovery point restores to; null when there is none. */
  async restorableMs(vault: Vault, looking: Looking): Promise<number | null> {
    const listed = await this.manifests(vault, looking);
    await this.points.look(listed, (key) => this.reachOf(vault, key, looking));
    return this.points.ms;
  }

  /** When the newest successful validation ended; null when none has succeeded. */
  async validatedMs(vault: Vault, { goOn, unreadable }: Looking): Promise<number | null> {
    goOn();
    const listed = (await vault.list(this.keys.validated)).flatMap(endOf);
    await this.validations.look(listed, async (key) => {
      goOn();
      const record = await vault.readRecord(key);
      if (record === null) return null;
      try {
        const { status, endedAt } = validationSchema.parse(JSON.parse(record.text));
        return status === 'success' ? Date.parse(endedAt) : null;
      } catch {
        unreadable(key, 'it is not the record of a validation');
        return null;
      }
    });
    return this.validations.ms;
  }

  /** Names of manifests that may be newer than what is known, and that itself; all of them where that is gone. */
  private async manifests(vault: Vault, { goOn }: Looking): Promise<Candidate[]> {
    const { ms } = this.points;
    if (ms !== null) {
      goOn();
      const after = `${this.keys.catalogue}${instantName(new Date(ms - longestBackup.ms))}`;
      const recent = (await vault.list(this.keys.catalogue, after)).flatMap(publicationOf);
      if (this.points.isAmong(recent)) return recent;
    }
    goOn();
    return (await vault.list(this.keys.catalogue)).flatMap(publicationOf);
  }

  private async reachOf(vault: Vault, key: string, { goOn, unreadable }: Looking): Promise<number | null> {
    goOn();
    const record = await vault.readRecord(key);
    // Expired between the listing and the reading.
    if (record === null) return null;
    try {
      const { id, dataset, lineage, restorable } = parseManifest(record.text, key);
      if (dataset === this.dataset && lineage === this.lineage && this.keys.manifest(id) === key)
        return Date.parse(restorable.to);
      unreadable(key, `it is the manifest of ${dataset}/${lineage}/${id}`);
    } catch (error) {
      if (!(error instanceof AgenteError)) throw error;
      unreadable(key, error.message);
    }
    return null;
  }
}

/** A point reaches no further than to when its manifest was written, which is its last act. */
const publicationOf = ({ key, modified }: Listed): Candidate[] =>
  key.endsWith('.json') ? [{ key, latestMs: modified.getTime() + clocksDiffer.ms }] : [];

/** A validation's name is when it ended: `…/20261128T143000000Z.json`. */
function endOf({ key }: Listed): Candidate[] {
  const name = /\/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z\.json$/.exec(key);
  if (name === null) return [];
  const [, year, month, day, hours, minutes, seconds, ms] = name.map(String);
  return [{ key, latestMs: Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}.${ms}Z`) }];
}
