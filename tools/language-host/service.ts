import { type ServiceError, type UntypedServiceImplementation, status } from '@grpc/grpc-js';
import type { handleServerStreamingCall, handleUnaryCall } from '@grpc/grpc-js';
import {
  AboutResponse,
  GetProgramDependenciesResponse,
  GetRequiredPackagesResponse,
  GetRequiredPluginsResponse,
  LanguageHandshakeResponse,
  type RunPluginRequest,
  type RunPluginResponse,
  type RunRequest,
  type RunResponse,
  RuntimeOptionsResponse,
  TemplateResponse,
} from '@pulumi/pulumi/proto/language_pb';
import { PluginInfo } from '@pulumi/pulumi/proto/plugin_pb';
import type { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { Children } from './programs';
import { runPlugin } from './run-plugin';
import { runProgram } from './run-program';

/**
 * The calls of `LanguageRuntime` that previews, updates and policy packs need. Those that write code
 * (generate, pack, link) are left out: gRPC answers them with UNIMPLEMENTED.
 */
export function languageHost(engineAddress: string): { service: UntypedServiceImplementation; stop: () => void } {
  const children = new Children();
  const run: handleUnaryCall<RunRequest, RunResponse> = (call, answer) => {
    call.on('cancelled', () => children.stop());
    runProgram(call.request, engineAddress, children).then(
      (response) => answer(null, response),
      (error: unknown) => answer(refusal(error)),
    );
  };
  const plugin: handleServerStreamingCall<RunPluginRequest, RunPluginResponse> = (call) => {
    runPlugin(call, children).catch((error: unknown) => call.destroy(refusal(error) as ServiceError));
  };
  const cancel: handleUnaryCall<Empty, Empty> = (call, answer) => {
    children.stop();
    // The SDK has its own google-protobuf and takes no Empty of another copy: this one came through it.
    answer(null, call.request);
  };
  const service = {
    handshake: always(() => new LanguageHandshakeResponse()),
    // Providers are found on PATH or by Pulumi.yaml; to name them here makes the engine download them.
    getRequiredPackages: always(() => new GetRequiredPackagesResponse()),
    getRequiredPlugins: always(() => new GetRequiredPluginsResponse()),
    getProgramDependencies: always(() => new GetProgramDependenciesResponse()),
    getPluginInfo: always(() => new PluginInfo().setVersion('3.259.0')),
    runtimeOptionsPrompts: always(() => new RuntimeOptionsResponse()),
    template: always(() => new TemplateResponse()),
    about: always(() => new AboutResponse().setExecutable(process.execPath).setVersion(process.version)),
    cancel,
    run,
    runPlugin: plugin,
  };
  return { service, stop: () => children.stop() };
}

function always<T>(answer: () => T): handleUnaryCall<unknown, T> {
  return (_call, respond) => respond(null, answer());
}

function refusal(error: unknown): Partial<ServiceError> {
  return { code: status.FAILED_PRECONDITION, details: error instanceof Error ? error.message : String(error) };
}
