import * as aws from '@pulumi/aws';
import { at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  const takeover = new aws.route53.HealthCheck(
    'dns-takeover',
    {
      type: 'HTTPS',
      fqdn: 'agente-dr-signal.s3.us-west-2.amazonaws.com',
      requestInterval: 10,
      failureThreshold: 3,
      regions: ['us-east-1', 'us-west-2', 'eu-west-1'],
      invertHealthcheck: true,
    },
    site,
  );
  new aws.cloudwatch.MetricAlarm(
    'dns-takeover-unhealthy',
    {
      namespace: 'AWS/Route53',
      metricName: 'HealthCheckStatus',
      dimensions: { HealthCheckId: takeover.id },
      statistic: 'Minimum',
      comparisonOperator: 'LessThanThreshold',
      evaluationPeriods: 1,
      period: 60,
      threshold: 1,
      treatMissingData: 'breaching',
      alarmActions: ['arn:aws:sns:us-east-1:123456789012:agente-dr-alerts'],
    },
    site,
  );
  const shared = { zoneId: 'Z0123456789ABCDEFGHIJ', name: 'api.agente-hotelero.example', type: 'A' } as const;
  new aws.route53.Record(
    'dns-primary',
    {
      ...shared,
      setIdentifier: 'primary',
      failoverRoutingPolicies: [{ type: 'PRIMARY' }],
      aliases: [{ name: 'primary.elb.amazonaws.com', zoneId: 'Z1', evaluateTargetHealth: false }],
      healthCheckId: takeover.id,
    },
    site,
  );
  new aws.route53.Record(
    'dns-dr',
    {
      ...shared,
      setIdentifier: 'dr',
      weightedRoutingPolicies: [{ weight: 1 }],
      ttl: 60,
      records: ['192.0.2.1'],
    },
    site,
  );
};
