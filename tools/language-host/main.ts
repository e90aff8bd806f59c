import * as grpc from '@grpc/grpc-js';
import { LanguageRuntimeService } from '@pulumi/pulumi/proto/language_grpc_pb';
import { watchEngine } from './lifetime';
import { languageHost } from './service';

/**
 * `pulumi-language-nodejs` for a `pulumi` that was built from its Go module: the official host is a Go
 * module of its own that the Go proxy does not serve. Contract with the engine: the address of the
 * engine is the last argument, the port goes to stdout as the first line, everything after it is gRPC.
 */
function main(): void {
  const engineAddress = process.argv.at(-1) ?? '';
  const { service, stop } = languageHost(engineAddress);
  watchEngine(stop);
  const server = new grpc.Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  server.addService(LanguageRuntimeService, service);
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}

main();
