interface Range {
  readonly first: number;
  readonly last: number;
}

/** The addresses of an IPv4 block; null for anything else. */
function rangeOf(cidr: string): Range | null {
  const [, address = '', bits = ''] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(cidr) ?? [];
  const parts = address.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => part > 255) || Number(bits) > 32) return null;
  const size = 2 ** (32 - Number(bits));
  const start = parts.reduce((sum, part) => sum * 256 + part, 0);
  const first = start - (start % size);
  return { first, last: first + size - 1 };
}

/** True also for a block that nobody can read: what cannot be compared may overlap. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [rangeOf(one), rangeOf(other)];
  return a === null || b === null || (a.first <= b.last && b.first <= a.last);
}
