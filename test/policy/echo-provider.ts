import * as grpc from '@grpc/grpc-js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb';
import type { Provider } from '../../local/provider/provider';
import { serviceOf } from '../../local/provider/service';

/**
 * A provider of every type that says back what it is told, and knows of nothing before it is made: what
 * the engine, the program and the pack make of that is under test, and no cloud.
 */
const echo: Provider = {
  configure: () => undefined,
  check: (_subject, _before, inputs) => ({ inputs, failures: [] }),
  diff: (_subject, before, after) => ({
    changes: Object.keys({ ...before, ...after })
      .filter((property) => JSON.stringify(before[property]) !== JSON.stringify(after[property]))
      .map((property) => ({ property, kind: 'update' as const, replaces: false })),
    deleteFirst: false,
  }),
  create: ({ name }, inputs, preview) =>
    Promise.resolve(
      preview
        ? { id: '', state: inputs }
        : { id: `${name}-id`, state: { arn: `arn:aws:made:us-east-1:123456789012:${name}`, ...inputs } },
    ),
  update: (_subject, { state }, _before, after) => Promise.resolve({ ...state, ...after }),
  read: (_subject, { state }, inputs) => Promise.resolve({ state, inputs }),
  remove: () => Promise.resolve(),
};

const engine = process.ppid;
// The engine may be killed: nothing of a test outlives it.
setInterval(() => {
  if (process.ppid !== engine) process.exit(0);
}, 500).unref();

const server = new grpc.Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
server.addService(ResourceProviderService, serviceOf(echo, { name: 'aws', version: '7.48.0', admit: () => undefined }));
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${String(port)}\n`);
});
