import * as grpc from '@grpc/grpc-js';
import * as plugin from '@pulumi/pulumi/proto/plugin_pb';
import * as messages from '@pulumi/pulumi/proto/provider_pb';
import { AgenteError } from '../../recovery/errors';
import { RegionRefusal } from '../api';
import { checkResponse, diffResponse } from './answers';
import { foreign } from './foreign';
import type { Provider, Subject } from './provider';
import { isUnknown, reveal, type Properties } from './values';
import { empty, fromStruct, toStruct } from './wire';

/** What the engine is told of a provider besides its resources. */
export interface Identity {
  readonly name: string;
  readonly version: string;
  /** @throws Error unless the plug-in in this folder may be used, as the engine found it. */
  admit(pluginFolder: string): void;
}

function errorOf(error: unknown): { code: grpc.status; message: string } {
  const code = grpc.status.UNKNOWN;
  if (error instanceof RegionRefusal) return { code, message: `${error.code}: ${error.message}` };
  if (error instanceof AgenteError) return { code, message: `${error.message}\nHINT: ${error.hint}` };
  return { code, message: error instanceof Error ? error.message : String(error) };
}

function unary<Q, R>(answer: (request: Q) => Promise<R> | R): grpc.handleUnaryCall<Q, R> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then(answer)
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback(errorOf(error));
        },
      );
  };
}

const refused = <Q, R>(what: string): grpc.handleUnaryCall<Q, R> =>
  unary(() => Promise.reject(new Error(`regions on this machine do not answer ${what}`)));

interface Named {
  getUrn(): string;
  getType(): string;
  getName(): string;
}

/** Engines name type and name since 3.144; the URN has always had both. */
function subjectOf(request: Named): Subject {
  const urn = request.getUrn();
  const [, , types = '', name = ''] = urn.split('::');
  return { urn, type: request.getType() || (types.split('$').at(-1) ?? ''), name: request.getName() || name };
}

/** A resource does not move with its provider: one that stood in a region stands there still. */
function refuseMove(before: Properties, after: Properties): void {
  const [old, now] = [reveal(before['region'] ?? null), reveal(after['region'] ?? null)];
  if (old === null || old === now || isUnknown(now)) return;
  throw new Error(`the region of a provider cannot change, got ${JSON.stringify(now)}, was ${JSON.stringify(old)}`);
}

function configurationCalls(provider: Provider, identity: Identity) {
  return {
    handshake: unary((request: messages.ProviderHandshakeRequest) => {
      identity.admit(request.getRootDirectory() ?? '');
      const response = new messages.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      return response;
    }),
    getPluginInfo: unary(() => {
      const info = new plugin.PluginInfo();
      info.setVersion(identity.version);
      return info;
    }),
    getSchema: unary(() => {
      const response = new messages.GetSchemaResponse();
      response.setSchema(JSON.stringify({ name: identity.name, version: identity.version }));
      return response;
    }),
    checkConfig: unary((request: messages.CheckRequest) => checkResponse(fromStruct(request.getNews()), [])),
    diffConfig: unary((request: messages.DiffRequest) => {
      refuseMove(fromStruct(request.getOldInputs() ?? request.getOlds()), fromStruct(request.getNews()));
      return diffResponse({ changes: [], deleteFirst: false });
    }),
    configure: unary((request: messages.ConfigureRequest) => {
      provider.configure(fromStruct(request.getArgs()));
      const response = new messages.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    }),
  };
}

function planCalls(provider: Provider) {
  return {
    check: unary((request: messages.CheckRequest) => {
      const [olds, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      const { inputs, failures } = provider.check(subjectOf(request), olds, news, request.getRandomseed_asU8());
      return checkResponse(inputs, failures);
    }),
    diff: unary((request: messages.DiffRequest) => {
      const before = fromStruct(request.getOldInputs() ?? request.getOlds());
      return diffResponse(provider.diff(subjectOf(request), before, fromStruct(request.getNews())));
    }),
  };
}

function resourceCalls(provider: Provider) {
  return {
    create: unary(async (request: messages.CreateRequest) => {
      const inputs = fromStruct(request.getProperties());
      const { id, state } = await provider.create(subjectOf(request), inputs, request.getPreview());
      const response = new messages.CreateResponse();
      response.setId(id);
      response.setProperties(toStruct(state));
      return response;
    }),
    update: unary(async (request: messages.UpdateRequest) => {
      const standing = { id: request.getId(), state: fromStruct(request.getOlds()) };
      const before = fromStruct(request.getOldInputs() ?? request.getOlds());
      const after = fromStruct(request.getNews());
      const state = await provider.update(subjectOf(request), standing, before, after, request.getPreview());
      const response = new messages.UpdateResponse();
      response.setProperties(toStruct(state));
      return response;
    }),
    read: unary(async (request: messages.ReadRequest) => {
      const subject = subjectOf(request);
      const standing = { id: request.getId(), state: fromStruct(request.getProperties()) };
      // What a program made has a state.
      if (Object.keys(standing.state).length === 0) throw foreign(subject.type, standing.id);
      const found = await provider.read(subject, standing, fromStruct(request.getInputs()));
      const response = new messages.ReadResponse();
      if (found === null) return response;
      response.setId(standing.id);
      response.setProperties(toStruct(found.state));
      response.setInputs(toStruct(found.inputs));
      return response;
    }),
    delete: unary(async (request: messages.DeleteRequest) => {
      const state = fromStruct(request.getProperties());
      const inputs = fromStruct(request.getOldInputs() ?? request.getProperties());
      await provider.remove(subjectOf(request), { id: request.getId(), state }, inputs);
      return empty();
    }),
  };
}

/** A provider on the wire: `pulumirpc.ResourceProvider`. */
export function serviceOf(provider: Provider, identity: Identity): grpc.UntypedServiceImplementation {
  return {
    ...configurationCalls(provider, identity),
    ...planCalls(provider),
    ...resourceCalls(provider),
    invoke: unary((request: messages.InvokeRequest) =>
      Promise.reject(new Error(`regions on this machine do not know the function ${request.getTok()}`)),
    ),
    call: refused('call'),
    construct: refused('construct'),
    // An update that runs is finished: the region carries it to its end anyway.
    cancel: unary(() => empty()),
    attach: unary(() => empty()),
  };
}
