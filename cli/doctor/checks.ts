import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';

export interface Check {
  readonly name: string;
  /** What was found; null when it is missing. */
  readonly found: string | null;
  readonly hint: string;
}

interface Program {
  readonly name: string;
  /** What makes it say its version; empty for one that cannot. */
  readonly args: readonly string[];
  readonly hint: string;
  /** Where it lies when not on PATH. */
  readonly folders?: readonly string[];
}

const debian = 'Run `npm run setup`, or install the Debian package';

function postgresFolders(): string[] {
  const root = '/usr/lib/postgresql';
  return fs.existsSync(root) ? fs.readdirSync(root).map((version) => path.join(root, version, 'bin')) : [];
}

/** What the tools need on the path; the last ones only for regions on this machine. */
function programs(): Program[] {
  return [
    { name: 'pulumi', args: ['version'], hint: 'Run `npm run setup`.' },
    { name: 'pulumi-language-nodejs', args: [], hint: 'Run `npm run setup`.' },
    { name: 'postgres', args: ['--version'], folders: postgresFolders(), hint: `${debian} postgresql.` },
    { name: 'pgbackrest', args: ['version'], hint: `${debian} pgbackrest.` },
    { name: 'mariadbd', args: ['--version'], folders: ['/usr/sbin'], hint: `${debian} mariadb-server.` },
    { name: 'mariadb-binlog', args: ['--version'], hint: `${debian} mariadb-client.` },
    { name: 'mariadb-backup', args: ['--version'], hint: `${debian} mariadb-backup.` },
    { name: 'redis-server', args: ['--version'], hint: `${debian} redis-server.` },
    { name: 'haproxy', args: ['-v'], folders: ['/usr/sbin'], hint: `${debian} haproxy.` },
    { name: 'openssl', args: ['version'], hint: `${debian} openssl.` },
    { name: 'setpriv', args: ['--version'], hint: `${debian} util-linux.` },
    // Built from their Go modules these two only say `git`; tools/go.mod pins what they are.
    { name: 'versitygw', args: [], hint: 'Run `npm run setup`.' },
    { name: 'toxiproxy-server', args: [], hint: 'Run `npm run setup`.' },
  ];
}

function locate({ name, folders = [] }: Program): string | null {
  const all = [...(process.env['PATH'] ?? '').split(path.delimiter), ...folders];
  for (const folder of all) {
    const file = path.join(folder, name);
    try {
      fs.accessSync(file, fs.constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

async function checkProgram(program: Program): Promise<Check> {
  const file = locate(program);
  const { name, hint } = program;
  if (file === null) return { name, found: null, hint };
  if (program.args.length === 0) return { name, found: file, hint };
  try {
    const { stdout, stderr } = await promisify(execFile)(file, [...program.args], { timeout: 10_000 });
    return { name, found: (stdout || stderr).split('\n')[0]?.trim() ?? file, hint };
  } catch {
    return { name, found: null, hint: `${file} does not start. ${hint}` };
  }
}

const leastNode: readonly [number, number] = [22, 15];

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
  return { name: 'node', found: enough ? process.version : null, hint: `Use Node ${leastNode.join('.')} or later.` };
}

/** Looks at everything that a drill and a failover need on this machine. */
export async function checks(): Promise<readonly Check[]> {
  return [checkNode(), ...(await Promise.all(programs().map(checkProgram)))];
}
