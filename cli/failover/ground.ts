import { contractSchema, type Contract } from '../../recovery/contract';
import { AgenteError } from '../../recovery/errors';
import { bucketName, controlKeys, peerOf, type Site } from '../../recovery/sites';
import type { ControlBucket } from '../../scripts/control/control-bucket';
import { Witnesses } from '../../scripts/control/witnesses';
import { Project, type SiteConfig } from '../pulumi/project';
import { Names } from './names';
import { ServiceDoor } from './service-door';

/** What a failover stands on: the stack's file, the three control buckets, the public name. */
export interface Ground {
  readonly stack: string;
  readonly project: Project;
  readonly config: SiteConfig;
  readonly to: Site;
  readonly from: Site;
  readonly witnesses: Witnesses;
  /** The control bucket of the site that takes over. */
  readonly own: ControlBucket;
  readonly names: Names;
  readonly door: ServiceDoor;
}

/** The control buckets of a site, its own first. */
export function witnessesOf(config: SiteConfig): Witnesses {
  const regions = [config.region, config.peerRegion, config.witnessRegion];
  return new Witnesses(regions.map((region) => ({ region, bucket: bucketName('control', config.accountId, region) })));
}

/** @throws AgenteError config-invalid. */
export function groundOf(stack: string): Ground {
  const project = Project.find();
  const config = project.siteConfig(stack);
  const witnesses = witnessesOf(config);
  const [own] = witnesses.buckets;
  if (own === undefined) throw new Error('no control bucket');
  return {
    stack,
    project,
    config,
    to: config.site,
    from: peerOf[config.site],
    witnesses,
    own,
    names: new Names(),
    door: new ServiceDoor(config.domain, config.listenerPort),
  };
}

/** @throws AgenteError stack-not-deployed, contract-invalid or store-unreachable. */
export async function deployedContract({ own, stack }: Ground): Promise<Contract> {
  const reading = await own.read(controlKeys.contract, contractSchema);
  if (reading.state === 'value' && reading.value.role !== 'foundation') return reading.value;
  const deploy = `Deploy it with \`pulumi up --stack ${stack}\`.`;
  if (reading.state === 'value') {
    throw new AgenteError('stack-not-deployed', `stack ${stack} is only a foundation: it has no standby`, deploy);
  }
  const gone = reading.state === 'absent' || reading.reason.startsWith('NoSuchBucket');
  if (gone) {
    throw new AgenteError('stack-not-deployed', `stack ${stack} has no contract in ${own.witness.bucket}`, deploy);
  }
  if (/^(ZodError|SyntaxError)/.test(reading.reason)) {
    throw new AgenteError(
      'contract-invalid',
      `the contract in ${own.witness.bucket} has not the form of these tools: ${reading.reason}`,
      `Use the tools of the same version as the stack, or run \`pulumi up --stack ${stack}\` again.`,
    );
  }
  throw new AgenteError(
    'store-unreachable',
    `cannot read the contract in ${own.witness.bucket}: ${reading.reason}`,
    'Check the credentials and the way to that region.',
  );
}
