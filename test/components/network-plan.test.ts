import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { overlap, parseCidr, planSubnets } from '../../components/network-plan';

const zonesOf = (count: number) => Array.from({ length: count }, (_, index) => `zone-${String(index)}`);

const network = fc.tuple(fc.nat(0xffff_ffff), fc.integer({ min: 8, max: 24 })).map(([address, prefix]) => {
  const size = 2 ** (32 - prefix);
  const base = Math.floor(address / size) * size;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.')}/${String(prefix)}`;
});

describe('plan of subnets', () => {
  it('gives the shipped network a private, a data and a public block in each zone', () => {
    assert.deepEqual(planSubnets('10.20.0.0/16', ['a', 'b']), [
      { zone: 'a', privateCidr: '10.20.0.0/20', dataCidr: '10.20.64.0/20', publicCidr: '10.20.128.0/20' },
      { zone: 'b', privateCidr: '10.20.16.0/20', dataCidr: '10.20.80.0/20', publicCidr: '10.20.144.0/20' },
    ]);
  });

  it('keeps every block inside the network and apart from every other', () => {
    fc.assert(
      fc.property(network, fc.integer({ min: 1, max: 4 }), (cidr, count) => {
        const blocks = planSubnets(cidr, zonesOf(count)).flatMap((plan) => [
          plan.privateCidr,
          plan.dataCidr,
          plan.publicCidr,
        ]);
        const outer = parseCidr(cidr);
        for (const [index, block] of blocks.entries()) {
          const inner = parseCidr(block);
          assert.ok(inner.base >= outer.base);
          assert.ok(inner.base + 2 ** (32 - inner.prefix) <= outer.base + 2 ** (32 - outer.prefix));
          for (const other of blocks.slice(index + 1)) assert.equal(overlap(block, other), false);
        }
      }),
    );
  });

  it('moves no block when a zone is added', () => {
    fc.assert(
      fc.property(network, fc.integer({ min: 1, max: 3 }), (cidr, count) => {
        assert.deepEqual(planSubnets(cidr, zonesOf(count + 1)).slice(0, count), planSubnets(cidr, zonesOf(count)));
      }),
    );
  });

  it('rejects what is no block, has host bits, is too small, or has too many zones', () => {
    for (const text of ['', '10.0.0.0', '10.0.0.256/16', '10.0.0.0/33', 'ten/8']) {
      assert.throws(() => parseCidr(text), /is no IPv4 block/);
    }
    assert.throws(() => parseCidr('10.20.0.1/16'), /host bits/);
    assert.throws(() => planSubnets('10.20.0.0/25', ['a']), /too small/);
    assert.throws(() => planSubnets('10.20.0.0/16', zonesOf(5)), /at most 4/);
  });

  it('sees that a block lies in another, in either order', () => {
    assert.equal(overlap('10.20.0.0/16', '10.20.16.0/20'), true);
    assert.equal(overlap('10.20.16.0/20', '10.20.0.0/16'), true);
    assert.equal(overlap('10.20.0.0/16', '10.21.0.0/16'), false);
  });
});
