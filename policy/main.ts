import * as fs from 'node:fs';
import * as path from 'node:path';
import { PolicyPack } from '@pulumi/policy';
import { AgenteError } from '../recovery/errors';
import { readExemptions } from './exemption';
import { policiesOf } from './pack';
import { rules } from './rules';
import { Session } from './session';

/** The engine starts a pack in its own folder. */
const file = path.resolve('exemptions.json');

function exemptions(ids: readonly string[]) {
  try {
    return readExemptions(JSON.parse(fs.readFileSync(file, 'utf8')), ids, file);
  } catch (error) {
    if (error instanceof AgenteError) throw error;
    const fact = `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new AgenteError('config-invalid', fact, 'It is a list in JSON; [] exempts nothing.', { cause: error });
  }
}

function serve(): void {
  const ids = rules.map(({ id }) => id);
  const session = new Session(ids, exemptions(ids), new Date().toISOString().slice(0, 10));
  new PolicyPack('agente-dr', { enforcementLevel: 'mandatory', policies: policiesOf(rules, session) });
}

try {
  serve();
} catch (error) {
  if (!(error instanceof AgenteError)) throw error;
  process.stderr.write(`error[${error.code}]: ${error.message}\nHINT: ${error.hint}\n`);
  process.exit(error.exitCode);
}
