import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { AgenteError } from '../../recovery/errors';
import { sites } from '../../recovery/sites';

const text = z.union([z.string(), z.number()]).transform(String);
const number = z.coerce.number().int().positive();

/** What the tools need to know of a stack before they can read its contract. */
const siteConfig = z.object({
  site: z.enum(sites),
  role: z.string(),
  region: text,
  peerRegion: text,
  witnessRegion: text,
  accountId: text,
  domain: text,
  listenerPort: number.default(443),
});
export type SiteConfig = z.infer<typeof siteConfig>;

const namespace = 'agente-dr:';

/** The folder of a Pulumi project. */
export class Project {
  private constructor(readonly dir: string) {}

  /**
   * The project that `pulumi` itself would use: PULUMI_OPTION_CWD, or the nearest one above.
   * @throws AgenteError config-invalid when there is none.
   */
  static find(env: NodeJS.ProcessEnv = process.env, from: string = process.cwd()): Project {
    const option = env['PULUMI_OPTION_CWD'] ?? '';
    for (let dir = path.resolve(from, option); ; dir = path.dirname(dir)) {
      if (fs.existsSync(path.join(dir, 'Pulumi.yaml'))) return new Project(dir);
      if (dir === path.dirname(dir)) break;
    }
    throw new AgenteError(
      'config-invalid',
      `no Pulumi.yaml in ${path.resolve(from, option)} or above`,
      'Change into the checkout, or run `eval "$(npx agente-dr local env)"` for regions on this machine.',
    );
  }

  static at(dir: string): Project {
    return new Project(dir);
  }

  stackFile(stack: string): string {
    return path.join(this.dir, `Pulumi.${stack}.yaml`);
  }

  /** @throws AgenteError config-invalid with every key that is missing or malformed. */
  siteConfig(stack: string): SiteConfig {
    const raw: unknown = parseDocument(this.stackText(stack)).toJS();
    const config = z.object({ config: z.record(z.string(), z.unknown()) }).safeParse(raw);
    const own = Object.entries(config.data?.config ?? {}).filter(([key]) => key.startsWith(namespace));
    const parsed = siteConfig.safeParse(
      Object.fromEntries(own.map(([key, value]) => [key.slice(namespace.length), value])),
    );
    if (parsed.success) return parsed.data;
    const faults = parsed.error.issues.map((issue) => `${namespace}${issue.path.join('.')} (${issue.message})`);
    throw new AgenteError(
      'config-invalid',
      `${this.stackFile(stack)}: ${faults.join('; ')}`,
      `Set each key with \`pulumi config set KEY VALUE --stack ${stack}\`.`,
    );
  }

  /** @throws AgenteError config-invalid when the stack has no file. */
  stackText(stack: string): string {
    try {
      return fs.readFileSync(this.stackFile(stack), 'utf8');
    } catch (error) {
      throw new AgenteError(
        'config-invalid',
        `stack ${stack} has no file ${this.stackFile(stack)}`,
        'Check the name of the stack and the folder of the project.',
        { cause: error },
      );
    }
  }
}
