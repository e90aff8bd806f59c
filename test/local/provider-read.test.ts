import assert from 'node:assert/strict';
import * as grpc from '@grpc/grpc-js';
import { ResourceProviderClient, ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb';
import * as messages from '@pulumi/pulumi/proto/provider_pb';
import { DockerProvider } from '../../local/provider/docker/provider';
import type { Provider } from '../../local/provider/provider';
import { RandomProvider } from '../../local/provider/random';
import { serviceOf } from '../../local/provider/service';
import type { Properties } from '../../local/provider/values';
import { fromStruct, toStruct } from '../../local/provider/wire';

const nobody = () => Promise.reject(new Error('no region is asked'));
const password = 'random:index/randomPassword:RandomPassword';
const image = 'docker:index/image:Image';
const state: Properties = { length: 16, result: 'known' };

/** A provider as the engine reaches it. */
async function served<T>(provider: Provider, work: (client: ResourceProviderClient) => Promise<T>): Promise<T> {
  const server = new grpc.Server();
  const identity = { name: 'any', version: '1.0.0', admit: () => undefined };
  server.addService(ResourceProviderService, serviceOf(provider, identity));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  const client = new ResourceProviderClient(`127.0.0.1:${String(port)}`, grpc.credentials.createInsecure());
  try {
    return await work(client);
  } finally {
    client.close();
    server.forceShutdown();
  }
}

/** What the engine asks; without a state it asks for what it has never seen. */
function read(provider: Provider, type: string, inputs: Properties | null, shown = state): Promise<Properties> {
  const request = new messages.ReadRequest();
  request.setId('thing-1');
  request.setUrn(`urn:pulumi:dr::agente-dr::${type}::thing`);
  request.setProperties(toStruct(shown));
  if (inputs !== null) request.setInputs(toStruct(inputs));
  return served(
    provider,
    (client) =>
      new Promise((resolve, reject) => {
        client.read(request, (error: Error | null, response: messages.ReadResponse) => {
          if (error === null) resolve(fromStruct(response.getProperties()));
          else reject(error);
        });
      }),
  );
}

describe('what a provider answers when a resource is read', function () {
  this.timeout(10_000);

  it('is what the state says, for a resource that a program made', async () => {
    assert.deepEqual(await read(new RandomProvider(), password, { length: 16 }), state);
    assert.deepEqual(await read(new RandomProvider(), password, {}), state);
  });

  it('rejects an import and get(), with a hint', async () => {
    const lookedUp = {
      details: /^regions .* have nothing that no program made: \S+ thing-1\nHINT: declare the resource/,
    };
    for (const inputs of [null, {}]) {
      await assert.rejects(read(new RandomProvider(), password, inputs, {}), lookedUp);
      await assert.rejects(read(new DockerProvider(nobody, '/'), image, inputs, {}), lookedUp);
    }
  });
});
