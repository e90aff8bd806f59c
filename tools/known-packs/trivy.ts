import * as path from 'node:path';
import { run } from './command';
import { built } from './go';
import { programOf, resourceOf, type Pack } from './pack';

interface Report {
  readonly Results: readonly {
    readonly Target: string;
    readonly Misconfigurations?: readonly {
      readonly ID: string;
      readonly CauseMetadata: { readonly Resource?: string };
    }[];
  }[];
}

const version = 'v0.74.0';

/** tfsec lives on in it. Its rules are those that are built in: the newest ones lie in a registry of images. */
export const trivy: Pack = {
  name: 'Trivy',
  version,
  controls: {
    'rds-retention-zero': 'AWS-0077',
    'rds-plain': 'AWS-0080',
    's3-versioning-suspended': 'AWS-0090',
    'secret-default-key': 'AWS-0098',
    'ecr-tags-move': 'AWS-0031',
    'efs-plain': 'AWS-0037',
  },
  // It is silent about a file that it cannot read; Checkov reads the same ones and is not.
  scan: async (programs, own) => {
    const program = { module: 'github.com/aquasecurity/trivy', main: 'cmd/trivy', version };
    // It reads JSON by what Go still calls an experiment.
    await built(program, own, { GOEXPERIMENT: 'jsonv2' });
    const offline = ['--skip-check-update', '--skip-version-check', '--cache-dir', path.join(own, 'cache')];
    const only = ['--misconfig-scanners', 'terraform', '--quiet', '--format', 'json'];
    const said = await run(path.join(own, 'trivy'), ['config', ...offline, ...only, programs.folder]);
    return (JSON.parse(said) as Report).Results.flatMap(({ Target, Misconfigurations = [] }) =>
      Misconfigurations.map(({ ID, CauseMetadata }) => ({
        program: programOf(Target),
        rule: ID,
        resource: resourceOf(CauseMetadata.Resource ?? ''),
      })),
    );
  },
};
