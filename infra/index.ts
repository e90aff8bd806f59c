import * as pulumi from '@pulumi/pulumi';
import { explain } from '../components/explain';
import type { Contract } from '../recovery/contract';
import { AgenteError } from '../recovery/errors';
import { loadConfig, type SiteConfig } from './config';
import { layFoundation } from './foundation';
import { checkRatchet, lastDeployment } from './ratchet';
import { provisions } from './roles';
import { putUpServices } from './services';
import { writeContract, type Standing } from './site-contract';
import { putUpStores } from './stores';

/** Outputs of a stack. `role` and `generation` are what the next deployment is held against. */
interface SiteOutputs {
  readonly role: pulumi.Output<Contract['role']>;
  readonly generation: pulumi.Output<number>;
  readonly contract: pulumi.Output<Contract>;
}

function putUpSite(config: SiteConfig): SiteOutputs {
  const foundation = layFoundation(config);
  const { running } = provisions[config.role];
  let standing: Standing = null;
  if (running !== null) {
    const stores = putUpStores(config, foundation, running);
    standing = { stores, services: putUpServices(config, foundation, stores, running) };
  }
  const contract = writeContract(config, foundation, standing);
  return {
    role: contract.apply(({ role }) => role),
    generation: contract.apply(({ generation }) => generation),
    contract,
  };
}

/** The program of both stacks: configuration, ratchet, site, outputs. */
async function program(): Promise<SiteOutputs> {
  const config = loadConfig();
  checkRatchet(await lastDeployment(), config);
  return putUpSite(config);
}

/** An error for people is shown as one, without the stack trace that Pulumi prints for a bug. */
function forPeople(error: unknown): unknown {
  if (!(error instanceof AgenteError)) return error;
  return new pulumi.RunError(explain(error));
}

async function main(): Promise<SiteOutputs> {
  try {
    return await program();
  } catch (error) {
    throw forPeople(error);
  }
}

export = main;
