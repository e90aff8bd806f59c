import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Duration } from '../recovery/duration';
import { Component, type ComponentOptions } from './component';

/** The object in the other region whose existence takes the guests away from here. */
export interface TakeoverSignal {
  readonly bucketName: string;
  readonly region: string;
  readonly key: string;
  /** Route 53 knows 10 s and 30 s. */
  readonly checkInterval: Duration;
  readonly failureThreshold: number;
  /**
   * True once the guests are away for longer: the check is fixed at that and asks nobody any more.
   * @recovery else one failing look at the signal sends them back to a site that does not serve
   */
  readonly pinned: boolean;
}

/** `first` is answered until the signal is there; `second` from then on. */
export type FailoverPlace = { readonly place: 'first'; readonly signal: TakeoverSignal } | { readonly place: 'second' };

export interface FailoverDnsArgs {
  readonly domain: string;
  readonly zoneId: string;
  /** Name of this site's record among those of the domain. */
  readonly setIdentifier: string;
  readonly answer: FailoverPlace;
  readonly loadBalancer: { readonly dnsName: pulumi.Input<string>; readonly zoneId: pulumi.Input<string> };
}

/**
 * This site's record of the domain. Guests move when the standby says so and never by themselves: the
 * check on the first record is inverted and looks at an object that only a failover writes. While it is
 * missing, the first site serves. Writing it needs S3 in the living region, and no control plane.
 */
export class FailoverDns extends Component {
  constructor(name: string, args: FailoverDnsArgs, options: ComponentOptions) {
    super('FailoverDns', name, options);
    const first = args.answer.place === 'first';
    const check = args.answer.place === 'first' ? [this.takeoverCheck(args.answer.signal)] : [];
    new aws.route53.Record(
      this.childName('record'),
      {
        zoneId: args.zoneId,
        name: args.domain,
        type: 'A',
        setIdentifier: args.setIdentifier,
        failoverRoutingPolicies: [{ type: first ? 'PRIMARY' : 'SECONDARY' }],
        aliases: [
          {
            name: args.loadBalancer.dnsName,
            zoneId: args.loadBalancer.zoneId,
            // The load balancer's own health would move the guests before the database is promoted.
            evaluateTargetHealth: false,
          },
        ],
        ...check.map((made) => ({ healthCheckId: made.id }))[0],
      },
      this.child(),
    );
    this.registerOutputs({});
  }

  private takeoverCheck(signal: TakeoverSignal): aws.route53.HealthCheck {
    return new aws.route53.HealthCheck(
      this.childName('takeover'),
      {
        type: 'HTTPS',
        fqdn: `${signal.bucketName}.s3.${signal.region}.amazonaws.com`,
        port: 443,
        resourcePath: `/${signal.key}`,
        enableSni: true,
        requestInterval: signal.checkInterval.toWholeSeconds(),
        failureThreshold: signal.failureThreshold,
        invertHealthcheck: true,
        // Route 53 takes a disabled check for answered, which inverted says unhealthy.
        disabled: signal.pinned,
        tags: this.nameTag(),
      },
      this.child(),
    );
  }
}
