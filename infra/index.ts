import * as pulumi from '@pulumi/pulumi';
import { explain } from '../components/explain';
import { AgenteError } from '../recovery/errors';
import { requirePlan } from '../recovery/require-plan';
import { workload } from '../recovery/workload';
import { loadConfig, type SiteConfig } from './config';
import { checkRatchet, lastDeployment } from './ratchet';
import { putUpSite, type SiteOutputs } from './site';

/** The program of both stacks: promise, configuration, ratchet, site, outputs. */
async function program(): Promise<SiteOutputs> {
  const config = checkedConfig();
  checkRatchet(await lastDeployment(), config);
  return putUpSite(config);
}

/**
 * The configuration, once it and the workload have both been looked at: all faults are told at once.
 * @throws AgenteError config-invalid; in a preview promise-broken too.
 */
function checkedConfig(): SiteConfig {
  const broken = refusalOf(() => requirePlan(workload));
  // What is wrong on paper stops a pull request, and no recovery: a failover updates without a preview.
  if (broken !== null && !pulumi.runtime.isDryRun()) void pulumi.log.warn(explain(broken));
  const told = pulumi.runtime.isDryRun() ? broken : null;
  if (told === null) return loadConfig();
  const invalid = refusalOf(loadConfig);
  if (invalid === null) throw told;
  throw new AgenteError('config-invalid', `${invalid.message}\n${told.message}`, `${invalid.hint} ${told.hint}`);
}

/** What a check refuses, or null where it passes. */
function refusalOf(check: () => unknown): AgenteError | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof AgenteError) return error;
    throw error;
  }
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
