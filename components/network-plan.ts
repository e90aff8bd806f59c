/** Address blocks of a site's network, one of each kind per zone. */
export interface SubnetPlan {
  readonly zone: string;
  readonly privateCidr: string;
  readonly dataCidr: string;
  readonly publicCidr: string;
}

const maxZones = 4;
/** A sixteenth of the network each: a /16 gives /20, 4,091 usable addresses. */
const subnetBits = 4;

interface Block {
  readonly base: number;
  readonly prefix: number;
}

/** @throws RangeError when the text is not an IPv4 block `a.b.c.d/n` whose host bits are zero. */
export function parseCidr(text: string): Block {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = match?.slice(1).map(Number) ?? [];
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) {
    throw new RangeError(`"${text}" is no IPv4 block such as 10.20.0.0/16`);
  }
  const base = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  if (base % 2 ** (32 - prefix) !== 0) throw new RangeError(`"${text}" has host bits set`);
  return { base, prefix };
}

function format({ base, prefix }: Block): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256);
  return `${octets.join('.')}/${String(prefix)}`;
}

/** Whether two blocks share an address. @throws RangeError for what is no block. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [parseCidr(one), parseCidr(other)];
  return a.base < b.base + 2 ** (32 - b.prefix) && b.base < a.base + 2 ** (32 - a.prefix);
}

/**
 * Each kind has a quarter of the network, so that a zone can be added without moving another; the last
 * quarter is free. A block that moved would be a new subnet, with a new database in it.
 * @throws RangeError when the block is smaller than /24 (AWS allows subnets down to /28) or zones are more than 4.
 */
export function planSubnets(vpcCidr: string, zones: readonly string[]): SubnetPlan[] {
  const { base, prefix } = parseCidr(vpcCidr);
  if (prefix > 24) throw new RangeError(`${vpcCidr} is too small for subnets: a /24 at least`);
  if (zones.length > maxZones) throw new RangeError(`${String(zones.length)} zones, at most ${String(maxZones)}`);
  const size = 2 ** (32 - prefix - subnetBits);
  const block = (index: number) => format({ base: base + index * size, prefix: prefix + subnetBits });
  return zones.map((zone, index) => ({
    zone,
    privateCidr: block(index),
    dataCidr: block(maxZones + index),
    publicCidr: block(2 * maxZones + index),
  }));
}
