import { AgenteError, type ErrorCode } from '../../../recovery/errors';

/** What pgBackRest says when it fails: `ERROR: [050]: unable to acquire lock …` and lines of hints. */
export interface PgBackRestEnd {
  readonly exitCode: number | null;
  readonly said: string;
}

type Rule = readonly [matches: (end: PgBackRestEnd) => boolean, code: ErrorCode, hint: string];

const exit =
  (...codes: number[]) =>
  ({ exitCode }: PgBackRestEnd) =>
    exitCode !== null && codes.includes(exitCode);
const says =
  (pattern: RegExp) =>
  ({ said }: PgBackRestEnd) =>
    pattern.test(said);

const rules: readonly Rule[] = [
  [exit(50), 'backup-running', 'Wait until the other backup has ended.'],
  [says(/No space left|Disk quota exceeded|ENOSPC/i), 'disk-full', 'Make room there, then run the command again.'],
  [
    // A write that came out short has no error of the system's own.
    (end) => exit(64)(end) && !/unable to write [^\n]*: \[\d+\]/.test(end.said),
    'disk-full',
    'Make room there, then run the command again.',
  ],
  [
    exit(28, 44),
    'lineage-owned',
    'The repository is that of another cluster: give this one a lineage of its own, or move the old one away.',
  ],
  [
    exit(82),
    'log-gap',
    "See the server's log for why its archive_command fails; correct that and run the command again.",
  ],
  [
    says(
      /was not encrypted|is or was the repo encrypted|cipher header invalid|unable to (?:flush|decrypt)|digital envelope/i,
    ),
    'key-wrong',
    'The passphrase of this host is not the one of the repository: see pgbackrest.key.age of the lineage.',
  ],
  [
    says(/\b403\b|Forbidden|AccessDenied|InvalidAccessKey|ExpiredToken|SignatureDoesNotMatch/i),
    'vault-denied',
    'Check the credentials and the policy of the bucket.',
  ],
  [exit(49, 39, 42), 'store-unreachable', 'Check the way to the object store, then run the command again.'],
];

/** The error for a run that failed. Damage is what any other failure of a restore means. */
export function pgbackrestFailure(command: string, end: PgBackRestEnd): AgenteError {
  const fact = `pgbackrest ${command}: ${firstErrors(end.said) || `exit code ${String(end.exitCode)}`}`;
  const rule = rules.find(([matches]) => matches(end));
  if (rule !== undefined) return new AgenteError(rule[1], fact, rule[2]);
  return command === 'restore'
    ? new AgenteError('restore-damaged', fact, 'Restore from another recovery point: agente-dr catalog list.')
    : new AgenteError('tool-failed', fact, 'What it said names the cause; correct that and run the command again.');
}

/** Errors and the first lines that go with them, on one line. */
function firstErrors(said: string): string {
  const lines = said.split('\n').map((line) => line.replace(/^[-\d: .]+P\d+\s+/, '').trim());
  const from = lines.findIndex((line) => line.startsWith('ERROR:'));
  return (from === -1 ? lines.filter((line) => line !== '').slice(-3) : lines.slice(from, from + 4)).join(' ').trim();
}
