import * as fs from 'node:fs';
import * as path from 'node:path';
import { run } from './command';
import { built, sourceOf } from './go';
import { programOf, resourceOf, type Pack } from './pack';

interface Report {
  readonly files_scanned: number;
  readonly files_parsed: number;
  readonly queries_failed_to_execute: number;
  readonly queries: readonly {
    readonly query_name: string;
    readonly files: readonly {
      readonly file_name: string;
      readonly resource_type: string;
      readonly resource_name: string;
    }[];
  }[];
}

const version = 'v2.2.0';
const module = 'github.com/Checkmarx/kics/v2';

export const kics: Pack = {
  name: 'KICS',
  version,
  controls: {
    'rds-retention-zero': 'RDS With Backup Disabled',
    's3-versioning-suspended': 'S3 Bucket Without Versioning',
    'kms-disabled': 'CMK Is Unusable',
    'ecr-tags-move': 'ECR Image Tag Not Immutable',
    'elb-deletable': 'ALB Deletion Protection Disabled',
    'efs-plain': 'EFS Not Encrypted',
  },
  scan: async (programs, own) => {
    await built({ module, main: 'cmd/console', version }, own);
    const assets = path.join(await sourceOf(module, version), 'assets');
    const rules = ['-q', path.join(assets, 'queries'), '-b', path.join(assets, 'libraries')];
    const only = ['--type', 'Terraform', '--cloud-provider', 'aws', '--disable-secrets'];
    const said = ['--output-path', own, '--report-formats', 'json', '--no-progress', '--ignore-on-exit', 'results'];
    await run(path.join(own, 'console'), ['scan', '--path', programs.folder, ...rules, ...only, ...said]);
    const report = JSON.parse(fs.readFileSync(path.join(own, 'results.json'), 'utf8')) as Report;
    if (report.files_parsed < report.files_scanned || report.queries_failed_to_execute > 0) {
      throw new Error(`KICS read ${report.files_parsed} of ${report.files_scanned} files`);
    }
    return report.queries.flatMap(({ query_name: rule, files }) =>
      files.map((one) => ({
        program: programOf(one.file_name),
        rule,
        resource: resourceOf(`${one.resource_type}.${one.resource_name}`),
      })),
    );
  },
};
