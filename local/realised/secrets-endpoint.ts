import * as fs from 'node:fs';
import type { IncomingMessage } from 'node:http';
import * as https from 'node:https';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { RegionRefusal } from '../api';
import type { Machine } from '../machine';
import type { RegionContext } from '../supervisor/part';
import { isSignedBy } from './signed-request';
import { accountKey } from './store-client';

/** What the endpoint asks of the region's secrets. */
export interface SecretShelf {
  names(): readonly string[];
  /** @throws RegionRefusal ResourceNotFoundException */
  read(name: string): { readonly value: string; readonly versionId: string };
  create(name: string): Promise<{ arn: string }>;
  put(name: string, value: string): Promise<{ versionId: string }>;
}

const asked = z.looseObject({
  SecretId: z.string().optional(),
  Name: z.string().optional(),
  SecretString: z.string().optional(),
  Filters: z.array(z.object({ Key: z.string(), Values: z.array(z.string()) })).default([]),
});
type Asked = z.infer<typeof asked>;

export const secretsUrl = (machine: Machine, region: string): string =>
  `https://${machine.address(region)}:${String(secretsPort(machine))}`;

const secretsPort = (machine: Machine): number => machine.file.storePort + 2;

/** Secrets Manager as the SDK speaks it, for tasks that read and bring back the secrets of their region. */
export class SecretsEndpoint {
  private readonly server: https.Server;

  constructor(
    private readonly context: RegionContext,
    private readonly shelf: SecretShelf,
  ) {
    const tls = (name: string) => fs.readFileSync(path.join(context.machine.tlsDir, name));
    this.server = https.createServer({ key: tls('server.key'), cert: tls('server.crt') }, (request, response) => {
      void this.answered(request).then(([status, body]) => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
      });
    });
  }

  start(): Promise<void> {
    const { machine, address } = this.context;
    return new Promise((resolve, reject) => {
      this.server.once('error', reject).listen(secretsPort(machine), address, resolve);
    });
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answered(request: IncomingMessage): Promise<[number, object]> {
    try {
      const body = await text(request);
      const signer = { ...accountKey(this.context.machine), region: this.context.region, service: 'secretsmanager' };
      if (!(await isSignedBy(request, body, signer))) throw new RegionRefusal('InvalidSignatureException', 'wrong key');
      const action = String(request.headers['x-amz-target']).replace(/^secretsmanager\./, '');
      return [200, await this.answer(action, asked.parse(JSON.parse(body)))];
    } catch (error) {
      if (error instanceof RegionRefusal) return [400, { __type: error.code, message: error.message }];
      this.context.log(`secrets: ${error instanceof Error ? error.message : String(error)}`);
      return [500, { __type: 'InternalServiceError', message: 'see the log of the region' }];
    }
  }

  private async answer(action: string, { SecretId = '', Name = '', SecretString, Filters }: Asked): Promise<object> {
    switch (action) {
      case 'ListSecrets':
        return { SecretList: this.listed(Filters).map((name) => ({ Name: name })) };
      case 'GetSecretValue': {
        const { value, versionId } = this.shelf.read(SecretId);
        return { Name: SecretId, SecretString: value, VersionId: versionId };
      }
      case 'PutSecretValue':
        return { Name: SecretId, VersionId: (await this.shelf.put(SecretId, stringOf(SecretString))).versionId };
      case 'CreateSecret': {
        const value = stringOf(SecretString);
        const { arn } = await this.shelf.create(Name);
        return { Name, ARN: arn, VersionId: (await this.shelf.put(Name, value)).versionId };
      }
      default:
        throw new RegionRefusal('UnknownOperationException', `a region on this machine does not know ${action}`);
    }
  }

  private listed(filters: Asked['Filters']): readonly string[] {
    const prefixes = filters.filter(({ Key }) => Key === 'name').flatMap(({ Values }) => Values);
    const names = this.shelf.names();
    return prefixes.length === 0 ? names : names.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  }
}

function stringOf(value: string | undefined): string {
  if (value !== undefined) return value;
  throw new RegionRefusal('InvalidParameterException', 'a region on this machine keeps secrets as text');
}
