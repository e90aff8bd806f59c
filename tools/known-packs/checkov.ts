import * as path from 'node:path';
import { run } from './command';
import { programOf, resourceOf, type Pack } from './pack';

interface Report {
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly resource: string;
      readonly file_path: string;
    }[];
  };
  readonly summary: { readonly parsing_errors: number; readonly resource_count: number };
}

const version = '3.3.30';

export const checkov: Pack = {
  name: 'Checkov',
  version,
  controls: {
    'rds-retention-zero': 'CKV_AWS_133',
    'rds-plain': 'CKV_AWS_16',
    's3-versioning-suspended': 'CKV_AWS_21',
    's3-replication-disabled': 'CKV_AWS_144',
    'backup-vault-default-key': 'CKV_AWS_166',
    'kms-open-to-all': 'CKV_AWS_33',
    'iam-backup-is-administrator': 'CKV_AWS_274',
    'ecr-tags-move': 'CKV_AWS_51',
    'elb-deletable': 'CKV_AWS_150',
    'efs-plain': 'CKV_AWS_42',
  },
  scan: async (programs, own) => {
    await run('python3', ['-m', 'venv', own]);
    const program = (name: string): string => path.join(own, 'bin', name);
    await run(program('pip'), ['install', '--quiet', `checkov==${version}`]);
    const offline = ['--framework', 'terraform', '--skip-download', '--soft-fail'];
    const only = ['--compact', '--quiet', '--output', 'json'];
    const said = await run(program('checkov'), ['--directory', programs.folder, ...offline, ...only]);
    const { results, summary } = JSON.parse(said) as Report;
    if (summary.parsing_errors > 0 || summary.resource_count !== programs.resources) {
      throw new Error(`Checkov read ${summary.resource_count} of ${programs.resources} resources`);
    }
    return results.failed_checks.map((one) => ({
      program: programOf(one.file_path),
      rule: one.check_id,
      resource: resourceOf(one.resource),
    }));
  },
};
