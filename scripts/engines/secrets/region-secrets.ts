import {
  CreateSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  paginateListSecrets,
  PutSecretValueCommand,
  ResourceNotFoundException,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { AgenteError } from '../../../recovery/errors';

/** One secret with its value, as it is sealed. */
export const regionSecretSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string().nullable(),
  /** Version whose value this is. */
  version: z.string().nullable(),
  text: z.string().nullable(),
  /** Base64. */
  binary: z.string().nullable(),
});
export type RegionSecret = z.infer<typeof regionSecretSchema>;

/** The Secrets Manager of a region; values pass through memory alone. */
export class RegionSecrets {
  private readonly client: SecretsManagerClient;

  constructor(
    private readonly region: string,
    private readonly prefix: string,
  ) {
    this.client = new SecretsManagerClient({ region });
  }

  /** In the order of their names. */
  read(signal?: AbortSignal): Promise<RegionSecret[]> {
    return this.asking(async () => {
      const found: RegionSecret[] = [];
      const filter = { Filters: [{ Key: 'name' as const, Values: [this.prefix] }] };
      for await (const { SecretList } of paginateListSecrets({ client: this.client }, filter)) {
        for (const { Name, Description, DeletedDate } of SecretList ?? []) {
          signal?.throwIfAborted();
          if (Name === undefined || !Name.startsWith(this.prefix) || DeletedDate !== undefined) continue;
          const secret = await this.value(Name);
          if (secret !== null) found.push({ ...secret, description: Description ?? null });
        }
      }
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    });
  }

  /** @returns whether anything changed; the version before stays as AWSPREVIOUS. */
  write(secret: RegionSecret): Promise<boolean> {
    return this.asking(async () => {
      const { before, revived } = await this.revive(secret.name);
      if (before !== null && before.text === secret.text && before.binary === secret.binary) return revived;
      const value = {
        ...(secret.text === null ? {} : { SecretString: secret.text }),
        ...(secret.binary === null ? {} : { SecretBinary: Buffer.from(secret.binary, 'base64') }),
      };
      if (before !== null) await this.client.send(new PutSecretValueCommand({ SecretId: secret.name, ...value }));
      else {
        const description = secret.description === null ? {} : { Description: secret.description };
        await this.client.send(new CreateSecretCommand({ Name: secret.name, ...description, ...value }));
      }
      return true;
    });
  }

  close(): void {
    this.client.destroy();
  }

  /** Who deletes a secret leaves its name taken for days: until then it is brought back, and not made anew. */
  private async revive(name: string): Promise<{ before: RegionSecret | null; revived: boolean }> {
    try {
      return { before: await this.value(name), revived: false };
    } catch (error) {
      if (!(error instanceof InvalidRequestException)) throw error;
      await this.client.send(new RestoreSecretCommand({ SecretId: name }));
      return { before: await this.value(name), revived: true };
    }
  }

  private async value(name: string): Promise<(Omit<RegionSecret, 'description'> & { description: null }) | null> {
    try {
      const found = await this.client.send(new GetSecretValueCommand({ SecretId: name }));
      const binary = found.SecretBinary === undefined ? null : Buffer.from(found.SecretBinary).toString('base64');
      return { name, description: null, version: found.VersionId ?? null, text: found.SecretString ?? null, binary };
    } catch (error) {
      // A secret that has no value yet has none to keep.
      if (error instanceof ResourceNotFoundException) return null;
      throw error;
    }
  }

  private async asking<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AgenteError || !(error instanceof Error)) throw error;
      const denied = /AccessDenied|UnrecognizedClient|ExpiredToken|InvalidSignature|Credentials/.test(error.name);
      // Its message may quote what was sent; its name says enough.
      const fact = `Secrets Manager of ${this.region}: ${error.name}`;
      throw denied
        ? new AgenteError('permission-denied', fact, 'Give this role ListSecrets, GetSecretValue and decryption.')
        : new AgenteError('store-unreachable', fact, 'Check the region and the way there; run the command again.');
    }
  }
}
