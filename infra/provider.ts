import * as aws from '@pulumi/aws';
import type { SiteConfig } from './config';

/**
 * The one way a site talks to AWS: its own region, its own account. Explicit, so that a resource with
 * no provider fails in preview instead of landing in the region of somebody's shell.
 */
export function siteProvider(config: SiteConfig, name: string, region: string): aws.Provider {
  return new aws.Provider(name, {
    region,
    allowedAccountIds: [config.accountId],
    // In a regional outage throttling is the rule; giving up after a few tries would fail the failover.
    maxRetries: 10,
    defaultTags: { tags: { project: 'agente-dr', site: config.site } },
  });
}
