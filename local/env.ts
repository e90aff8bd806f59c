import * as path from 'node:path';
import { checkoutRoot } from '../scripts/checkout';
import type { Machine } from './machine';

/** Shared by all machines of this user: a compile cache of its own would make every first run slow. */
function compileCache(): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- plain JavaScript outside the compiled rooms
  const { cacheFolder } = require(path.join(checkoutRoot(), 'tools', 'engine.js')) as { cacheFolder: () => string };
  return path.join(cacheFolder(), 'compile-cache');
}

/** Variables to set, and those that must be gone (undefined). */
export type MachineEnvironment = Readonly<Record<string, string | undefined>>;

/** What the engine reads: the machine's project, state and passphrase, whatever the shell said before. */
function engineEnvironment(machine: Machine): MachineEnvironment {
  return {
    PULUMI_OPTION_CWD: machine.projectDir,
    PULUMI_HOME: machine.pulumiHome,
    // Before Pulumi.yaml's own: a shell that points to real state must not win.
    PULUMI_BACKEND_URL: machine.backendUrl,
    // The engine takes a passphrase of the shell before the file's, also an empty one.
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_CONFIG_PASSPHRASE_FILE: machine.passphraseFile,
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    // Types are checked by `npm run check`, not at every up.
    PULUMI_NODEJS_TRANSPILE_ONLY: 'true',
  };
}

/** What the AWS SDK reads: the operator's gate to all regions, and the key of the imitated account alone. */
function storeEnvironment(machine: Machine): MachineEnvironment {
  const gate = `https://${machine.address('global')}:${String(machine.file.storePort)}`;
  return {
    AWS_ENDPOINT_URL_S3: gate,
    AWS_SHARED_CREDENTIALS_FILE: machine.credentialsFile,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_PROFILE: 'default',
    AWS_EC2_METADATA_DISABLED: 'true',
    // Keys in the shell would be taken before the file; empty ones are not.
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_SESSION_TOKEN: '',
  };
}

/**
 * The environment in which plain `pulumi` and our tools work on a machine and nowhere else. It holds
 * no secret, and not the machine's own mark: the operator's shell must not end with the machine.
 */
export function environment(machine: Machine): MachineEnvironment {
  return {
    ...engineEnvironment(machine),
    ...storeEnvironment(machine),
    NODE_EXTRA_CA_CERTS: machine.authorityFile,
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? compileCache(),
    AGENTE_DR_RESOLVER: `${machine.address('global')}:${String(machine.file.dnsPort)}`,
    // The command line has put the engine and Node in front before it came here.
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  };
}
