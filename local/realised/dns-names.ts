import type { Machine } from '../machine';

/** DNS names compare without case and without the dot at the end. */
export const bareName = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/** The address behind a load balancer's name; it resolves also when the region is gone, as AWS's does. */
export function loadBalancerAddress(machine: Machine, name: string): string | null {
  const region = /^(?:dualstack\.)?[^.]+\.([^.]+)\.elb\.amazonaws\.com$/.exec(bareName(name))?.[1];
  return region === undefined ? null : (machine.file.addresses[region] ?? null);
}

/** Bucket and region in `BUCKET.s3.REGION.amazonaws.com`, or null for another host. */
export function bucketHost(host: string): { bucket: string; region: string } | null {
  const match = /^(.+)\.s3\.([^.]+)\.amazonaws\.com$/.exec(bareName(host));
  return match?.[1] === undefined || match[2] === undefined ? null : { bucket: match[1], region: match[2] };
}
