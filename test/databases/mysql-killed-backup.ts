import * as path from 'node:path';
import { Catalogue } from '../../scripts/catalogue/catalogue';
import { Age } from '../../scripts/encryption/age';
import { mysqlEngine } from '../../scripts/engines/mysql/mysql';
import { silent } from '../../scripts/progress/progress';
import { FolderVault } from '../../scripts/vault/folder-vault';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';

/** Begins a backup in a process of its own, so that this process can be killed. */
const [root = '', data = '', socket = ''] = process.argv.slice(2);
const vault = new FolderVault(path.join(root, 'vault'));
const recipients = ['site', 'offline'].map((name) =>
  execFileSync('age-keygen', ['-y', path.join(root, `${name}.key`)], { encoding: 'utf8' }).trim(),
);
const folder = fs.mkdtempSync(path.join(root, 'killed-'));
process.send?.('begun');
void mysqlEngine({
  engine: 'mysql',
  kind: 'server',
  data,
  socket,
  user: 'root',
  database: 'qloapps',
  freshness: [],
}).backUp('20261128T000002Z-full-0000', 'full', {
  vault,
  catalogue: new Catalogue(vault, 'pms'),
  lineage: 'primary-g1',
  encryption: new Age(recipients, null),
  progress: silent,
  signal: new AbortController().signal,
  folder,
  now: () => new Date(),
});
