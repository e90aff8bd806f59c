import { run } from '../../programs/run';
import { asServerUser, postgresProgram } from '../../programs/server-programs';

/** How a cluster of ours is made, here and in a region on this machine. */
export const clusterArguments = (data: string): string[] => [
  `--pgdata=${data}`,
  '--username=postgres',
  '--auth-local=peer',
  '--auth-host=scram-sha-256',
  '--data-checksums',
  '--encoding=UTF8',
  '--locale=C.UTF-8',
  '--no-instructions',
];

/** An empty cluster, with checksums, for what is loaded into it. */
export async function makeCluster(data: string): Promise<void> {
  const { command, args } = asServerUser(postgresProgram('initdb'), clusterArguments(data));
  await run(command, args, { cwd: '/' });
}
