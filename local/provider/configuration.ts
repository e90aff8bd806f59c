import type { Machine } from '../machine';
import { isObject, isUnknown, reveal, type Properties, type Value } from './values';

/** What the provider's configuration says that matters here; endpoints and credentials do not. */
export interface AwsConfiguration {
  readonly region: string;
  readonly defaultTags: Properties;
}

/** Nested configuration arrives as JSON in a text. */
function nested(value: Value | undefined): Value {
  const revealed = reveal(value ?? null);
  return typeof revealed === 'string' && /^[[{]/.test(revealed) ? (JSON.parse(revealed) as Value) : revealed;
}

function texts(value: Value): string[] {
  return Array.isArray(value) ? (value as readonly Value[]).map(String) : [];
}

function checkAccount(config: Properties, accountId: string): void {
  const allowed = texts(nested(config['allowedAccountIds']));
  const forbidden = texts(nested(config['forbiddenAccountIds']));
  // In the official provider's words.
  if ((allowed.length > 0 && !allowed.includes(accountId)) || forbidden.includes(accountId)) {
    throw new Error(`AWS account ID not allowed: ${accountId} (this machine's; allowed: ${allowed.join(', ')})`);
  }
}

/** @throws Error when the account or the region is not this machine's. */
export function readConfiguration(config: Properties, machine: Machine): AwsConfiguration {
  checkAccount(config, machine.file.accountId);
  const region = reveal(config['region'] ?? null);
  if (typeof region !== 'string' || region === '') throw new Error('the provider has no region');
  checkRegion(region, machine);
  const block = nested(config['defaultTags']);
  const tags = isObject(block) ? block['tags'] : undefined;
  return { region, defaultTags: isObject(tags) ? tags : {} };
}

/** @throws Error when the machine has no such region. */
export function checkRegion(region: string, machine: Machine): void {
  const regions = Object.keys(machine.file.addresses).filter((name) => name !== 'global');
  if (isUnknown(region) || regions.includes(region)) return;
  throw new Error(`machine ${machine.file.name} has no region ${region}, only ${regions.join(', ')}`);
}
