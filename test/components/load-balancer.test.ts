import * as assert from 'node:assert/strict';
import { Entrance } from '../../components/entrance';
import { LoadBalancer } from '../../components/load-balancer';
import { LogBucket } from '../../components/log-bucket';
import { duration } from '../../recovery/duration';
import { ask, document, only, providerOptions, type Asked } from './support';

describe('LoadBalancer with an entrance', () => {
  let asked: Asked[];
  before(async () => {
    asked = await ask(() => {
      const options = providerOptions();
      const bucketName = 'agente-dr-logs-123456789012-us-east-1';
      const logs = new LogBucket('logs', { accountId: '123456789012', bucketName, keepFor: duration('90d') }, options);
      const balancer = new LoadBalancer(
        'primary',
        {
          region: 'us-east-1',
          vpcId: 'vpc',
          subnetIds: ['a', 'b', 'c'],
          listenerPort: 443,
          certificateArn: 'arn:certificate',
          logs,
        },
        options,
      );
      new Entrance(
        'agente-api',
        {
          balancer,
          vpcId: 'vpc',
          paths: ['/*'],
          priority: 100,
          port: 8000,
          healthPath: '/health/ready',
          taskSecurityGroupId: 'tasks',
        },
        options,
      );
    });
  });

  it('cannot be deleted by accident, in Pulumi and in AWS', () => {
    const { inputs, protected: guarded } = only(asked, 'aws:lb/loadBalancer:LoadBalancer');
    assert.deepEqual([guarded, inputs['enableDeletionProtection']], [true, true]);
  });

  it('writes its log into a bucket that lets it, and is told of it only then', () => {
    const { inputs, dependsOn } = only(asked, 'aws:lb/loadBalancer:LoadBalancer');
    assert.deepEqual(inputs['accessLogs'], { bucket: 'agente-dr-logs-123456789012-us-east-1', enabled: true });
    assert.deepEqual(dependsOn, ['logs-policy']);
    const { Statement } = document(only(asked, 'aws:s3/bucketPolicy:BucketPolicy'), 'policy') as {
      Statement: readonly { Effect: string; Principal: unknown; Action: string; Resource: unknown }[];
    };
    assert.deepEqual(
      Statement.filter(({ Effect }) => Effect === 'Allow').map(({ Principal, Action, Resource }) => [
        Principal,
        Action,
        Resource,
      ]),
      [
        [
          { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
          's3:PutObject',
          'arn:aws:s3:::agente-dr-logs-123456789012-us-east-1/AWSLogs/123456789012/*',
        ],
      ],
    );
    const access = only(asked, 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock').inputs;
    assert.equal(access['blockPublicPolicy'], true);
  });

  it('answers 404 to what no entrance has asked for', () => {
    assert.deepEqual(only(asked, 'aws:lb/listener:Listener').inputs['defaultActions'], [
      { type: 'fixed-response', fixedResponse: { contentType: 'text/plain', statusCode: '404' } },
    ]);
  });

  it('sends guests to the one target group and the header of a rollout to the other', () => {
    const forward = (name: string): unknown => {
      const { inputs } = only(asked, 'aws:lb/listenerRule:ListenerRule', name);
      return [inputs['priority'], inputs['conditions'], inputs['actions']];
    };
    const [blue, green] = ['arn:agente-api-blue', 'arn:agente-api-green'];
    const to = (first: string, second: string) => [
      {
        type: 'forward',
        forward: {
          targetGroups: [
            { arn: first, weight: 100 },
            { arn: second, weight: 0 },
          ],
        },
      },
    ];
    const path = { pathPattern: { values: ['/*'] } };
    assert.deepEqual(forward('agente-api-production'), [100, [path], to(blue, green)]);
    assert.deepEqual(forward('agente-api-test'), [
      99,
      [path, { httpHeader: { httpHeaderName: 'x-agente-rollout', values: ['next'] } }],
      to(green, blue),
    ]);
  });

  it('leaves the weights to ECS after they are made', () => {
    for (const name of ['agente-api-production', 'agente-api-test']) {
      assert.deepEqual(only(asked, 'aws:lb/listenerRule:ListenerRule', name).ignoreChanges, ['actions']);
    }
  });

  it('lets the load balancer reach the tasks at their port, and the guests reach it at its own', () => {
    const rules = asked
      .filter(({ type }) => type.startsWith('aws:vpc/securityGroup'))
      .map(({ name, inputs }) => [name, inputs['securityGroupId'], inputs['fromPort']]);
    assert.deepEqual(rules.sort(), [
      ['agente-api-in', 'tasks', 8000],
      ['agente-api-out', 'primary-door-id', 8000],
      ['primary-door-guests', 'primary-door-id', 443],
    ]);
  });

  it('calls a rollout bad for each target group apart, and takes silence for health', () => {
    for (const colour of ['blue', 'green']) {
      const { inputs } = only(asked, 'aws:cloudwatch/metricAlarm:MetricAlarm', `agente-api-${colour}-errors`);
      assert.equal(inputs['name'], `agente-dr-agente-api-${colour}-errors`);
      assert.equal(inputs['treatMissingData'], 'notBreaching');
    }
  });

  it('gives ECS a role to move guests with, by the policy that AWS keeps for it', () => {
    const { inputs } = only(asked, 'aws:iam/rolePolicyAttachment:RolePolicyAttachment');
    assert.equal(inputs['policyArn'], 'arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers');
  });
});
