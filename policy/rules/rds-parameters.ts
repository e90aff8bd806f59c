import type { Resource } from '../resource';
import { when, type Rule } from '../rule';
import { rds } from '../types';

const parameter = ({ inputs }: Resource, name: string): string | undefined =>
  inputs
    .list('parameters')
    .find((one) => one.text('name') === name)
    ?.text('value');

const isOf = ({ inputs }: Resource, engine: RegExp): boolean => engine.test(inputs.text('family') ?? '');

/** Parameters without which a standby endangers its source, or a log cannot be replayed. */
export const rdsParameterRules: readonly Rule[] = [
  {
    id: 'dr-rds-wal-bound',
    group: 'rds',
    title: 'a PostgreSQL keeps a bounded log for a replica that is away',
    scope: 'resource',
    types: [rds.parameters],
    level: 'byTier',
    unknown: { parameters: 'violation', family: 'violation' },
    fix: "{ name: 'max_slot_wal_keep_size', value: '20480' }",
    references: [],
    check: (one) =>
      when(
        isOf(one, /^postgres/) && !(Number(parameter(one, 'max_slot_wal_keep_size') ?? '-1') > 0),
        'a replica that is dead fills the disk of its source: the log kept for it is unbounded',
      ),
  },
  {
    id: 'dr-rds-binlog-row',
    group: 'rds',
    title: 'a MySQL logs rows and no statements',
    scope: 'resource',
    types: [rds.parameters],
    level: 'byTier',
    unknown: { parameters: 'violation', family: 'violation' },
    fix: "{ name: 'binlog_format', value: 'ROW' }",
    references: [],
    check: (one) =>
      when(
        isOf(one, /^(mysql|mariadb)/) && parameter(one, 'binlog_format') !== 'ROW',
        `it logs ${parameter(one, 'binlog_format') ?? 'what its version happens to'}: replayed, a statement can have another effect than it had`,
      ),
  },
];
