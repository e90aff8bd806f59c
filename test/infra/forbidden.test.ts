import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { rebuildEdits, stackSite } from '../../cli/rebuild/edits';
import { putUpSite } from '../../infra/site';
import { roles, sites, type Role, type Site } from '../../recovery/sites';
import { ask, type Asked } from '../components/support';
import { shippedConfig } from './support';

const root = path.resolve(__dirname, '../..');
const programFiles = ['components', 'infra'].flatMap((room) =>
  fs.readdirSync(path.join(root, room), { encoding: 'utf8' }).map((name) => path.join(room, name)),
);

/** Places in the program that match, as `file: text`. */
const places = (pattern: RegExp): string[] =>
  programFiles.flatMap((file) =>
    [...fs.readFileSync(path.join(root, file), 'utf8').matchAll(pattern)].map(([text]) => `${file}: ${text}`),
  );

const databaseType = 'aws:rds/instance:Instance';
const providerType = 'pulumi:providers:aws';

/** What the file of a stack says in this role: primary, born active, is a standby only beside the databases it had. */
function changes(site: Site, role: Role): Record<string, string> {
  if (site !== 'primary' || role !== 'standby') return { 'agente-dr:role': role };
  const { databases, peerGenerations } = shippedConfig(site);
  const next = rebuildEdits(stackSite.parse({ site, role: 'active', databases, peerGenerations }), peerGenerations);
  return { 'agente-dr:role': role, 'agente-dr:databases': JSON.stringify(next.databases) };
}

describe('what nobody may write into the program', function () {
  this.timeout(120_000);
  const plans = new Map<string, readonly Asked[]>();
  before(async () => {
    for (const site of sites) {
      for (const role of roles) {
        const asked = await ask(() => putUpSite(shippedConfig(site, changes(site, role))), site);
        plans.set(`${site} as ${role}`, asked);
      }
    }
  });

  /** Resources of all sites and roles that have the fault, as `site as role: type name`. */
  const faulty = (has: (asked: Asked, all: readonly Asked[]) => boolean): string[] =>
    [...plans].flatMap(([title, all]) =>
      all.filter((asked) => has(asked, all)).map(({ type, name }) => `${title}: ${type} ${name}`),
    );

  const databases = (has: (asked: Asked) => boolean): string[] =>
    faulty((asked) => asked.type === databaseType && has(asked));

  it('looks at every role of both sites, and at databases in each that has some', () => {
    assert.equal(plans.size, sites.length * roles.length);
    for (const [title, all] of plans) {
      assert.equal(
        all.some(({ type }) => type === databaseType),
        !title.endsWith('foundation'),
        title,
      );
    }
  });

  it('is ignoreChanges of what a replica follows: a failover would promote nothing and say that it did', () => {
    const dangerous = /^(\*|replicateSourceDb)/;
    assert.deepEqual(
      faulty(({ ignoreChanges }) => ignoreChanges.some((one) => dangerous.test(one))),
      [],
    );
    assert.deepEqual(
      databases(({ ignoreChanges }) => ignoreChanges.length > 0),
      [],
    );
    // A list that is not written out could hold anything.
    const written = places(/ignoreChanges\b(?!: \[('\w+'(, )?)+\])/g);
    assert.deepEqual(written, []);
    assert.deepEqual(places(/ignoreChanges: \[[^\]]*(replicateSourceDb|\*)[^\]]*\]/g), []);
  });

  it('is a database without the hook that refuses to make a replica of it again', () => {
    const refuses = ({ beforeUpdate }: Asked): boolean =>
      beforeUpdate.some((hook) => {
        const args = {
          urn: '',
          id: '',
          name: 'x',
          type: databaseType,
          oldInputs: {},
          newInputs: { replicateSourceDb: 'y' },
        };
        try {
          void hook(args);
          return false;
        } catch (error) {
          return error instanceof Error && error.message.includes('stands alone');
        }
      });
    assert.deepEqual(
      databases((asked) => !refuses(asked)),
      [],
    );
  });

  it('is a database that a plan or a click can delete', () => {
    assert.deepEqual(
      databases((asked) => !asked.protected),
      [],
    );
    assert.deepEqual(
      databases(({ inputs }) => inputs['deletionProtection'] !== true),
      [],
    );
    assert.deepEqual(
      databases(({ inputs }) => inputs['skipFinalSnapshot'] !== false),
      [],
    );
  });

  it('is a database of any other maker than the component', () => {
    assert.deepEqual(places(/new aws\.rds\.\w*(Instance|Cluster)\b/g), [
      'components/database.ts: new aws.rds.Instance',
    ]);
  });

  it('is an alias, by which one generation would become another', () => {
    // The SDK adds the older names of some types by itself; a resource keeps its own name by them.
    const bridges = (alias: unknown): boolean => Object.keys(alias as object).some((key) => key !== 'type');
    assert.deepEqual(
      faulty(({ aliases }) => aliases.some(bridges)),
      [],
    );
    // The aliases of a DNS record are addresses.
    assert.deepEqual(places(/\baliases\b(?!: \[\s*\{[^}]*evaluateTargetHealth)|pulumi\.Alias\b/g), []);
  });

  it('is a resource of dr in another region', () => {
    const strangers = faulty(({ inputs }, all) => {
      const site = all.find(({ type, name }) => type === providerType && name === 'site');
      return 'region' in inputs && inputs['region'] !== site?.inputs['region'];
    }).filter((one) => one.startsWith('dr '));
    assert.deepEqual(strangers, []);
    const regions = [...plans].flatMap(([title, all]) =>
      title.startsWith('dr ')
        ? all.filter(({ type }) => type === providerType).map(({ inputs }) => inputs['region'])
        : [],
    );
    assert.deepEqual(new Set(regions), new Set(['us-west-2']));
  });

  it("is a resource on the default provider, which takes the region of somebody's shell", () => {
    const own = faulty(
      ({ type, provider }, all) =>
        type.startsWith('aws:') && !all.some((one) => one.type === providerType && one.name === provider),
    );
    assert.deepEqual(own, []);
    for (const site of sites) {
      const file = fs.readFileSync(path.join(root, `Pulumi.${site}.yaml`), 'utf8');
      assert.match(file, /pulumi:disable-default-providers:\s+- aws\b/);
    }
  });

  it('is a question to AWS, which a region that is gone does not answer', () => {
    // The support throws on every invoke that is made; this finds those behind a condition too.
    assert.deepEqual(places(/\baws\.(\w+\.)*get\w*\(|\baws\.\w+\.\w+\.get\(|\bpulumi\.runtime\.(invoke|call)\w*/g), []);
    assert.deepEqual(places(/from '@pulumi\/aws\/[^']*'|import \{[^}]*\} from '@pulumi\/aws'/g), []);
  });
});
