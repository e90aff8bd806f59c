import type { Vault } from '../vault/vault';
import type { Catalogue } from './catalogue';
import { validationSchema, type Validation } from './validation';

/** The newest restore of a dataset that was tried here and was good; null before the first. */
export async function measuredRestore(catalogue: Catalogue, vault: Vault): Promise<Validation | null> {
  const tried = await catalogue.below(({ validated }) => validated);
  const whenEnded = ({ key }: { key: string }): string => key.slice(key.lastIndexOf('/') + 1);
  for (const { key } of tried.toSorted((a, b) => (whenEnded(a) < whenEnded(b) ? 1 : -1))) {
    const record = await vault.readRecord(key);
    const read = record === null ? null : validationSchema.safeParse(jsonOf(record.text));
    if (read?.success === true && read.data.status === 'success') return read.data;
  }
  return null;
}

/** A record that cannot be read tells nothing; `validate` is where it is complained about. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Seconds that a restore of so many bytes will take by one that was measured. It is never told shorter than that
 * one: a part of it does not depend on the size.
 */
export const expectedSeconds = ({ restoreSeconds, bytes }: Validation, ofBytes: number): number =>
  restoreSeconds * Math.max(1, bytes === 0 ? 1 : ofBytes / bytes);
