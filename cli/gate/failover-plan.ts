import type { PlannedResource } from '../preview/stack-plan';
import { gateFinding, type GateFinding } from './finding';
import type { PlannedStack } from './planned-stack';

/** What is answered for in us-east-1, wherever it is used. */
const global = /^aws:(route53|iam|acm|globalaccelerator|cloudfront|route53domains|organizations)\//;

const isPromotion = ({ type, before, after }: PlannedResource): boolean =>
  type === 'aws:rds/instance:Instance' &&
  before?.['replicateSourceDb'] !== undefined &&
  after !== null &&
  after['replicateSourceDb'] === undefined;

/** In the update that promotes a database, nothing may need the control plane of a region that may be gone. */
export function controlPlane({ plan }: PlannedStack): GateFinding[] {
  if (!plan.resources.some(isPromotion)) return [];
  return plan.resources
    .filter(
      ({ operation, type, after }) => operation !== 'same' && (global.test(type) || after?.['region'] === 'us-east-1'),
    )
    .map(({ urn, operation, type }) =>
      gateFinding(
        'dr-gate-control-plane',
        urn,
        `the failover would ${operation} a ${type.split(':').at(-1) ?? type}, for which us-east-1 has to answer`,
        'make it beforehand, in every role of the site (infra/roles.ts)',
      ),
    );
}
