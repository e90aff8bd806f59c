import {
  CreateSecretCommand,
  GetSecretValueCommand,
  paginateListSecrets,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as https from 'node:https';
import type { Machine } from '../../local/machine';
import { secrets, type SecretsPart } from '../../local/realised/secrets';
import { secretsUrl } from '../../local/realised/secrets-endpoint';
import { accountKey } from '../../local/realised/store-client';
import { contextOf, emptyMachine, removeMachine } from './support';

const region = 'us-east-1';

describe('the secrets endpoint of a region', function () {
  this.timeout(20_000);
  let machine: Machine;
  let part: SecretsPart;
  const clients: SecretsManagerClient[] = [];

  before(async () => {
    machine = await emptyMachine();
    part = secrets(contextOf(machine, region));
    await part.start();
  });
  after(async () => {
    for (const client of clients) client.destroy();
    await part.stop();
    await removeMachine(machine);
  });

  function client(credentials = accountKey(machine), at = region): SecretsManagerClient {
    const httpsAgent = new https.Agent({ ca: fs.readFileSync(machine.authorityFile) });
    const made = new SecretsManagerClient({
      ...{ region: at, endpoint: secretsUrl(machine, region), credentials, maxAttempts: 1 },
      requestHandler: { httpsAgent },
    });
    clients.push(made);
    return made;
  }

  it('makes, changes, reads and lists secrets, as the SDK asks', async () => {
    const sdk = client();
    await sdk.send(new CreateSecretCommand({ Name: 'agente-dr/one', SecretString: 'ação' }));
    await sdk.send(new PutSecretValueCommand({ SecretId: 'agente-dr/one', SecretString: 'two' }));
    await sdk.send(new CreateSecretCommand({ Name: 'other/one', SecretString: 'x' }));
    const { SecretString } = await sdk.send(new GetSecretValueCommand({ SecretId: 'agente-dr/one' }));
    assert.equal(SecretString, 'two');
    assert.equal(part.resolve('agente-dr/one'), 'two');
    const names: (string | undefined)[] = [];
    const filter = { Filters: [{ Key: 'name' as const, Values: ['agente-dr/'] }] };
    for await (const { SecretList } of paginateListSecrets({ client: sdk }, filter))
      names.push(...(SecretList ?? []).map(({ Name }) => Name));
    assert.deepEqual(names, ['agente-dr/one']);
  });

  it('says that a secret is missing, or has no value yet', async () => {
    await part.calls.createSecret({ name: 'empty', replicaRegions: [] });
    for (const SecretId of ['nobody', 'empty'])
      await assert.rejects(client().send(new GetSecretValueCommand({ SecretId })), {
        name: 'ResourceNotFoundException',
      });
  });

  it('rejects whoever has not the key, or signs for another region', async () => {
    const asked = new GetSecretValueCommand({ SecretId: 'agente-dr/one' });
    const wrong = { ...accountKey(machine), secretAccessKey: 'guessed' };
    await assert.rejects(client(wrong).send(asked), { name: 'InvalidSignatureException' });
    const stranger = { ...accountKey(machine), accessKeyId: 'AKIASTRANGER' };
    await assert.rejects(client(stranger).send(asked), { name: 'InvalidSignatureException' });
    await assert.rejects(client(accountKey(machine), 'us-west-2').send(asked), { name: 'InvalidSignatureException' });
  });

  it('rejects a value that is no text, and what it does not know', async () => {
    const bytes = new CreateSecretCommand({ Name: 'bytes', SecretBinary: Buffer.from([0, 255]) });
    await assert.rejects(client().send(bytes), { name: 'InvalidParameterException' });
    const unknown = new RotateSecretCommand({ SecretId: 'agente-dr/one' });
    await assert.rejects(client().send(unknown), { name: 'UnknownOperationException' });
  });

  it('rejects a request that was changed on its way', async () => {
    const sdk = client();
    sdk.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: Uint8Array };
        request.body = Buffer.from(Buffer.from(request.body).toString().replace('agente-dr/one', 'agente-dr/two'));
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await assert.rejects(sdk.send(new GetSecretValueCommand({ SecretId: 'agente-dr/one' })), {
      name: 'InvalidSignatureException',
    });
  });
});
