import { cases } from '../../test/policy/cases';
import type { Compared } from './compared';

export interface Result {
  /** The day that the packs were run. */
  readonly on: string;
  readonly packs: readonly Compared[];
}

const names = Object.keys(cases);

/** The first word of a program says what it is about. */
const groups = [...new Set(names.map((name) => name.split('-')[0] ?? name))];

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

const table = (head: readonly string[], rows: readonly string[]): string =>
  [row(...head), row(...head.map((_, column) => (column === 0 ? '---' : '--:'))), ...rows].join('\n');

/** The tables of docs/policy.md. */
export function tablesOf({ packs }: Result): string {
  const caughtBy =
    (pack: Compared) =>
    (name: string): boolean =>
      pack.caught[name] !== undefined;
  const caughtByAny = (name: string): boolean => packs.some((pack) => caughtBy(pack)(name));
  const counted = (asked: readonly string[]): number[] => [
    ...packs.map((pack) => asked.filter(caughtBy(pack)).length),
    asked.filter((name) => !caughtByAny(name)).length,
  ];
  const summary = table(
    ['pack', 'version', `caught of ${names.length}`, 'let through', 'findings on sound programs'],
    packs.map((pack) => {
      const caught = names.filter(caughtBy(pack)).length;
      return row(pack.name, pack.version, caught, names.length - caught, pack.onSound);
    }),
  );
  const byGroup = table(
    ['about', 'programs', ...packs.map(({ name }) => name), 'caught by none'],
    [
      ...groups.map((group) => {
        const own = names.filter((name) => name.split('-')[0] === group);
        return row(group, own.length, ...counted(own));
      }),
      row('all', names.length, ...counted(names)),
    ],
  );
  return `${summary}\n\n${byGroup}\n`;
}
