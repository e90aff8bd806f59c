import { FailoverDns, type FailoverPlace } from '../components/failover-dns';
import type { LoadBalancer } from '../components/load-balancer';
import { failoverDns } from '../recovery/cadence';
import { signalKey } from '../recovery/sites';
import type { SiteConfig } from './config';
import type { Foundation } from './foundation';
import { signalOf } from './names';

/** This site's record of the domain: the primary's is answered until dr says otherwise. */
export function putUpDns(config: SiteConfig, { provider }: Foundation, loadBalancer: LoadBalancer): FailoverDns {
  const signal = signalOf(config);
  const answers: Readonly<Record<SiteConfig['site'], FailoverPlace>> = {
    primary: {
      place: 'first',
      signal: {
        bucketName: signal.bucket,
        region: signal.region,
        key: signalKey,
        checkInterval: failoverDns.checkInterval,
        failureThreshold: failoverDns.failureThreshold,
        pinned: config.role !== 'active',
      },
    },
    dr: { place: 'second' },
  };
  return new FailoverDns(
    'dns',
    {
      domain: config.domain,
      zoneId: config.zoneId,
      setIdentifier: config.site,
      answer: answers[config.site],
      loadBalancer,
    },
    { provider },
  );
}
