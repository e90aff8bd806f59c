/** How much of something AWS gives an account in a region. */
interface Quota {
  /** In Service Quotas: `aws service-quotas get-service-quota --service-code … --quota-code …`. */
  readonly service: string;
  readonly code: string;
  readonly name: string;
  /** Where nobody asked for more. A new account may have less. */
  readonly byDefault: number;
  readonly source: string;
}

const guide = 'https://docs.aws.amazon.com/general/latest/gr';

/**
 * What a site may run into while it takes over. Fargate and RDS sell no reservation of capacity (On-Demand Capacity
 * Reservations are of EC2), so a quota that is large enough and a drill are all that there is.
 */
export const quotas = {
  'fargate-vcpu': {
    service: 'fargate',
    code: 'L-3032A538',
    name: 'Fargate On-Demand vCPU resource count',
    byDefault: 6,
    source: `${guide}/ecs-service.html`,
  },
  'rds-instances': {
    service: 'rds',
    code: 'L-7B6409FD',
    name: 'DB instances',
    byDefault: 40,
    source: `${guide}/rds-service.html`,
  },
  'elastic-ips': {
    service: 'ec2',
    code: 'L-0263D0A3',
    name: 'EC2-VPC Elastic IPs',
    byDefault: 5,
    source: `${guide}/ec2-service.html`,
  },
  'nat-gateways-in-a-zone': {
    service: 'vpc',
    code: 'L-FE5A380F',
    name: 'NAT gateways per Availability Zone',
    byDefault: 5,
    source: `${guide}/vpc-service.html`,
  },
  vpcs: {
    service: 'vpc',
    code: 'L-F678F1CE',
    name: 'VPCs per Region',
    byDefault: 5,
    source: `${guide}/vpc-service.html`,
  },
} as const satisfies Readonly<Record<string, Quota>>;
export type QuotaName = keyof typeof quotas;

/** The day on which the numbers above were read. */
export const quotasReadOn = '2026-11-28';

/** What an operator has seen in Service Quotas, after asking for more or to know that there is less. */
export interface SeenQuota {
  readonly region: string;
  readonly quota: QuotaName;
  readonly value: number;
  /** UTC. A number that nobody has looked at for as long as a drill may be old counts no more. */
  readonly seenOn: `${number}-${number}-${number}`;
}

export const seenQuotas: readonly SeenQuota[] = [];
