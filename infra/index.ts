import * as pulumi from '@pulumi/pulumi';
import { explain } from '../components/explain';
import { AgenteError } from '../recovery/errors';
import { loadConfig } from './config';
import { checkRatchet, lastDeployment } from './ratchet';
import { putUpSite, type SiteOutputs } from './site';

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
