import { z } from 'zod';
import { AgenteError } from '../../recovery/errors';
import type { Project } from './project';
import { runPulumi } from './run';

const exported = z.object({
  deployment: z.object({
    resources: z
      .array(z.object({ urn: z.string(), type: z.string(), outputs: z.record(z.string(), z.unknown()).optional() }))
      .optional(),
  }),
});

export interface StackState {
  /** Role that the last update ended with; null when the stack has no outputs. */
  readonly role: string | null;
  /** URNs of the databases, which a killed update may have left behind what the region is. */
  readonly databases: readonly string[];
  /** URNs of everything. */
  readonly urns: readonly string[];
}

/** What the state of a stack says. @throws AgenteError stack-not-deployed when there is no such stack. */
export async function stackState(project: Project, stack: string, env?: NodeJS.ProcessEnv): Promise<StackState> {
  const args = ['stack', 'export', '--stack', stack];
  const { code, stdout, output } = await runPulumi({ project, args, ...(env === undefined ? {} : { env }) });
  if (code !== 0) {
    throw new AgenteError(
      'stack-not-deployed',
      `the state of stack ${stack} cannot be read: ${output.split('\n').at(-1) ?? ''}`,
      `Check the backend with \`pulumi stack ls\`, and deploy with \`pulumi up --stack ${stack}\`.`,
    );
  }
  const resources = exported.parse(JSON.parse(stdout)).deployment.resources ?? [];
  const role = resources.find((resource) => resource.type === 'pulumi:pulumi:Stack')?.outputs?.['role'];
  return {
    role: typeof role === 'string' ? role : null,
    databases: resources.filter(({ type }) => type === 'aws:rds/instance:Instance').map(({ urn }) => urn),
    urns: resources.map(({ urn }) => urn),
  };
}
