import { AgenteError } from '../../recovery/errors';

/** Where everything of one dataset lies. Lineages keep histories apart that went on without one another. */
export const keysOf = (dataset: string, lineage: string) => {
  const root = `${dataset}/${lineage}`;
  return {
    root,
    catalogue: `${root}/catalogue/`,
    manifest: (id: string): string => `${root}/catalogue/${id}.json`,
    censuses: `${root}/census/`,
    points: `${root}/points/`,
    /** Holds a folder for every point that was tried. */
    validated: `${root}/validations/`,
    census: (id: string): string => `${root}/census/${id}.json`,
    /** Folder of the files of one recovery point. */
    point: (id: string): string => `${root}/points/${id}/`,
    validations: (id: string): string => `${root}/validations/${id}/`,
  };
};

/** Which lineage writes the history of a dataset now. */
export const ownerKey = (dataset: string): string => `${dataset}/owner.json`;

/** A key is a path that stays where it is put. @throws AgenteError argument-invalid. */
export function checkKey(key: string): void {
  const parts = key.split('/');
  const bad = parts.some((part) => part === '' || part === '.' || part === '..' || part.startsWith('.part-'));
  if (!bad && !key.includes('\0')) return;
  throw new AgenteError('argument-invalid', `not a key of the vault: ${JSON.stringify(key)}`, 'Use a relative path.');
}
