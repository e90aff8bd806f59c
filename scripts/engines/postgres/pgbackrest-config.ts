import * as path from 'node:path';
import type { ServerHome } from './home';

/** The one stanza of a repository: each lineage of each dataset has a repository of its own. */
export const stanza = 'main';

type Options = Readonly<Record<string, string | number>>;

export interface ConfigParts {
  /** Where the repository lies, from repositoryOptions. */
  readonly repository: Options;
  readonly passphrase: string;
  /** How the server is reached, or only where its files are to be made. */
  readonly server: Options;
  readonly home: Pick<ServerHome, 'folder'>;
}

/** Every copy that a backup makes at once. */
export const parallel = 2;
/** How long pgBackRest waits for a segment to arrive before it gives a backup up. */
const archiveTimeoutSeconds = 60;
/**
 * How long an object store may make no progress, and how often a file is tried anew. pgBackRest multiplies the
 * one with its layers and the other: it gives a dead store up after 1.5 minutes, and by its own defaults after
 * more than 10, in which nobody learns that there is no backup.
 */
const storePatience = { seconds: 10, retries: 1 };

/** The configuration file: it holds secrets. */
export function pgbackrestConfig({ repository, passphrase, server, home }: ConfigParts): string {
  const global = {
    ...repository,
    'repo1-cipher-type': 'aes-256-cbc',
    'repo1-cipher-pass': passphrase,
    // Thousands of small files are one object in a bucket.
    'repo1-bundle': 'y',
    // Recovery points expire by the plan, through the catalogue; never by a program that does not know it.
    'repo1-retention-full': 9_999_999,
    'compress-type': 'zst',
    'compress-level': 1,
    'process-max': parallel,
    'start-fast': 'y',
    'stop-auto': 'y',
    'archive-async': 'y',
    'archive-timeout': archiveTimeoutSeconds,
    'io-timeout': storePatience.seconds,
    'job-retry': storePatience.retries,
    'lock-path': path.join(home.folder, 'lock'),
    'spool-path': path.join(home.folder, 'spool'),
    'log-path': path.join(home.folder, 'log'),
    'log-level-file': 'off',
  };
  const lines = (options: Options) => Object.entries(options).map(([name, value]) => `${name}=${value}`);
  return ['[global]', ...lines(global), '', `[${stanza}]`, ...lines(server), ''].join('\n');
}
