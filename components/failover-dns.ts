import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Duration } from '../recovery/duration';
import { Component, type ComponentOptions } from './component';

/** The object in the other region whose existence takes the guests away from here. */
export interface TakeoverSignal {
  /**
   * Bucket of the object; must be open to anybody.
   * @recovery an object that is closed reads like a missing one: guests stay with a dead region
   */
  readonly bucketName: string;
  /**
   * Region of the bucket, which must be the one that takes over.
   * @recovery in the region that is lost nobody could write the signal
   */
  readonly region: string;
  /** Key of the object in the bucket. @recovery only the object under this key moves the guests */
  readonly key: string;
  /**
   * Time between two looks; Route 53 knows 10 s and 30 s.
   * @recovery the guests move after `failureThreshold` of them
   */
  readonly checkInterval: Duration;
  /**
   * Looks in a row that are believed.
   * @recovery each adds a `checkInterval` to the time until guests move, and fewer believe a passing error
   */
  readonly failureThreshold: number;
  /**
   * True once the guests are away for longer: the check is fixed at that and asks nobody any more.
   * @recovery else one failing look at the signal sends them back to a site that does not serve
   */
  readonly pinned: boolean;
}

/** `first` is answered until the signal is there; `second` from then on. */
export type FailoverPlace =
  | {
      /**
       * Answered until the signal is there.
       * @recovery guests stay here until a failover says otherwise, however ill the site looks
       */
      readonly place: 'first';
      /** What takes the guests away. @recovery its check is the only thing that moves them */
      readonly signal: TakeoverSignal;
    }
  | {
      /**
       * Answered from the signal on.
       * @recovery guests come here with the last step of a failover, and never by themselves
       */
      readonly place: 'second';
    };

export interface FailoverDnsArgs {
  /**
   * What guests ask for.
   * @recovery both records must answer for the same one, or the guests of the first have no second
   */
  readonly domain: string;
  /** Hosted zone of the domain. @recovery both records must lie in the same one, or no signal moves anybody */
  readonly zoneId: string;
  /** Name of this site's record among those of the domain. @recovery none: only a name */
  readonly setIdentifier: string;
  /**
   * Whether this site is answered before the signal or after it.
   * @recovery where guests are while nobody does anything
   */
  readonly answer: FailoverPlace;
  /**
   * Where guests are sent that get this record.
   * @recovery it must stand before the failover: the record is not changed then
   */
  readonly loadBalancer: {
    /** Its name in DNS. @recovery none: only an address */
    readonly dnsName: pulumi.Input<string>;
    /** Hosted zone of that name. @recovery none: only what Route 53 wants to know beside it */
    readonly zoneId: pulumi.Input<string>;
  };
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
