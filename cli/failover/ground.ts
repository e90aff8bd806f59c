import type { Contract } from '../../recovery/contract';
import { AgenteError } from '../../recovery/errors';
import { bucketName, peerOf, type Site } from '../../recovery/sites';
import type { ControlBucket } from '../../scripts/control/control-bucket';
import { deployedContract } from '../../scripts/control/deployed-contract';
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

/** @throws AgenteError stack-not-deployed, also for a foundation alone; contract-invalid or store-unreachable. */
export async function standingContract({ own, stack }: Ground): Promise<Contract> {
  const contract = await deployedContract(own, stack);
  if (contract.role !== 'foundation') return contract;
  throw new AgenteError(
    'stack-not-deployed',
    `stack ${stack} is only a foundation: it has no standby`,
    `Deploy it with \`pulumi up --stack ${stack}\`.`,
  );
}
