import type { ServerWritableStream } from '@grpc/grpc-js';
import { type RunPluginRequest, RunPluginResponse } from '@pulumi/pulumi/proto/language_pb';
import { Children, nodeEnvironment, nodeFlags, runtimeOptions, sdkFile } from './programs';

/**
 * Runs a plug-in that is written in TypeScript (a policy pack, a provider) and streams what it prints.
 * It lives until it ends by itself or the engine takes the call back.
 */
export async function runPlugin(
  call: ServerWritableStream<RunPluginRequest, RunPluginResponse>,
  children: Children,
): Promise<void> {
  const info = call.request.getInfo();
  const folder = info?.getProgramDirectory() ?? call.request.getPwd();
  const options = runtimeOptions(info?.getOptions()?.toJavaScript() ?? {});
  const pack = call.request.getKind() === 'analyzer';
  const file = sdkFile(folder, pack ? 'cmd/run-policy-pack' : 'cmd/run-plugin');
  const args = call.request.getArgsList();
  const child = children.start([...nodeFlags(options), file, ...(pack ? [...args, folder] : [folder, ...args])], {
    // A policy pack reads the package.json of its working directory: anywhere else it would load the program.
    cwd: pack ? folder : call.request.getPwd(),
    env: nodeEnvironment(options, environmentOf(call.request)),
    piped: true,
  });
  call.on('cancelled', () => child.kill('SIGKILL'));
  child.stdout?.on('data', (chunk: Buffer) => call.write(new RunPluginResponse().setStdout(chunk)));
  child.stderr?.on('data', (chunk: Buffer) => call.write(new RunPluginResponse().setStderr(chunk)));
  const { exitCode } = await Children.finished(child);
  call.write(new RunPluginResponse().setExitcode(exitCode));
  call.end();
}

function environmentOf(request: RunPluginRequest): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const entry of request.getEnvList()) {
    const equals = entry.indexOf('=');
    if (equals > 0) env[entry.slice(0, equals)] = entry.slice(equals + 1);
  }
  return env;
}
