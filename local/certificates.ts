import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { giveToServerUser } from '../scripts/programs/server-programs';

const openssl = (...args: string[]) => promisify(execFile)('openssl', args);
const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const days = '3650';

export interface CertificateNames {
  readonly machine: string;
  readonly addresses: readonly string[];
  readonly hosts: readonly string[];
}

/**
 * Makes the machine's own authority and the one certificate that all its servers present.
 * The authority's key is thrown away: nobody can sign another certificate in its name.
 */
export async function makeCertificates(folder: string, names: CertificateNames): Promise<void> {
  const file = (name: string) => path.join(folder, name);
  const alternatives = [
    ...[...names.addresses, '127.0.0.1'].map((address) => `IP:${address}`),
    // pgBackRest compares a store's address with the names only, as text.
    ...names.addresses.map((address) => `DNS:${address}`),
    ...['localhost', ...names.hosts].map((host) => `DNS:${host}`),
  ];
  fs.writeFileSync(
    file('server.ext'),
    `subjectAltName=${alternatives.join(',')}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n`,
  );
  await openssl(
    'req',
    '-x509',
    ...curve,
    '-days',
    days,
    '-subj',
    `/CN=agente-dr ${names.machine}`,
    '-addext',
    'basicConstraints=critical,CA:TRUE',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.crt'),
  );
  await openssl('req', ...curve, '-subj', '/CN=localhost', '-keyout', file('server.key'), '-out', file('server.csr'));
  await openssl(
    'x509',
    '-req',
    '-days',
    days,
    '-in',
    file('server.csr'),
    '-CA',
    file('ca.crt'),
    '-CAkey',
    file('ca.key'),
    '-CAcreateserial',
    '-extfile',
    file('server.ext'),
    '-out',
    file('server.crt'),
  );
  for (const leftover of ['ca.key', 'ca.srl', 'server.csr', 'server.ext']) fs.rmSync(file(leftover), { force: true });
  fs.chmodSync(file('ca.crt'), 0o644);
  fs.chmodSync(file('server.crt'), 0o644);
  fs.chmodSync(file('server.key'), 0o600);
  giveToServerUser(file('server.key'));
}
