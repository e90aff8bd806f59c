import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { checkoutRoot } from '../../scripts/checkout';
import { withEngine } from '../../tools/engine.js';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A project of its own for the real engine, with a provider that says back what it is told. */
export class EngineProject {
  readonly dir = fs.mkdtempSync(path.join(os.tmpdir(), 'agente-dr-policy-'));

  constructor() {
    const root = checkoutRoot();
    const write = (name: string, text: string, mode = 0o600): void => {
      fs.mkdirSync(path.dirname(path.join(this.dir, name)), { recursive: true });
      fs.writeFileSync(path.join(this.dir, name), text, { mode });
    };
    const provider = path.join(this.dir, 'provider');
    write(
      'Pulumi.yaml',
      `name: agente-dr\nruntime: nodejs\nbackend: { url: "file://${this.dir}/state" }\nplugins: { providers: [{ name: aws, path: ${provider} }] }\n`,
    );
    write('package.json', '{ "name": "agente-dr", "main": "index.ts" }');
    write('tsconfig.json', '{ "compilerOptions": { "module": "nodenext", "target": "es2022" } }');
    const command = [
      process.execPath,
      '-r',
      path.join(root, 'tools/register.js'),
      path.join(root, 'test/policy/echo-provider.ts'),
    ];
    const quoted = command.map((part) => `'${part}'`).join(' ');
    write('provider/pulumi-resource-aws', `#!/bin/sh\nexec ${quoted} "$@"\n`, 0o700);
    fs.symlinkSync(path.join(root, 'node_modules'), path.join(this.dir, 'node_modules'));
    fs.mkdirSync(path.join(this.dir, 'state'));
  }

  remove(): void {
    fs.rmSync(this.dir, { recursive: true });
  }

  program(text: string): void {
    fs.writeFileSync(path.join(this.dir, 'index.ts'), text);
  }

  /** Runs pulumi without blocking this process. */
  pulumi(...args: readonly string[]): Promise<Ended> {
    const env = {
      ...withEngine(process.env),
      PULUMI_HOME: path.join(this.dir, 'home'),
      PULUMI_CONFIG_PASSPHRASE: 'test',
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      PULUMI_NODEJS_TRANSPILE_ONLY: 'true',
    };
    const child = spawn('pulumi', [...args, '--non-interactive', '--color', 'never'], { cwd: this.dir, env });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, output }));
    });
  }

  previewWithPack(stack: string, ...more: readonly string[]): Promise<Ended> {
    return this.pulumi('preview', '--stack', stack, '--policy-pack', path.join(checkoutRoot(), 'policy'), ...more);
  }
}

/** Rules by the logical names of what they were said of, as the engine prints them. */
export function rulesSaid(output: string): readonly { readonly rule: string; readonly urn: string }[] {
  return [...output.matchAll(/\[(dr-[\w-]+)\]\n\s+where: .*?(urn:pulumi:\S+)/g)].map(([, rule = '', urn = '']) => ({
    rule,
    urn,
  }));
}
