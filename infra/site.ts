import type * as pulumi from '@pulumi/pulumi';
import type { Contract } from '../recovery/contract';
import type { SiteConfig } from './config';
import { layFoundation } from './foundation';
import { provisions } from './roles';
import { putUpServices } from './services';
import { writeContract, type Standing } from './site-contract';
import { putUpStores } from './stores';

/** Outputs of a stack. `role` and `generation` are what the next deployment is held against. */
export interface SiteOutputs {
  readonly role: pulumi.Output<Contract['role']>;
  readonly generation: pulumi.Output<number>;
  readonly contract: pulumi.Output<Contract>;
}

/** Everything of a site, as much as its role provisions. */
export function putUpSite(config: SiteConfig): SiteOutputs {
  const foundation = layFoundation(config);
  const { running } = provisions[config.role];
  let standing: Standing = null;
  if (running !== null) {
    const stores = putUpStores(config, foundation, running);
    const services = putUpServices(config, foundation, stores, running);
    standing = { stores, services, backupWindow: running.database.backupWindow };
  }
  const contract = writeContract(config, foundation, standing);
  return {
    role: contract.apply(({ role }) => role),
    generation: contract.apply(({ generation }) => generation),
    contract,
  };
}
