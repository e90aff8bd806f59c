import { type RunRequest, RunResponse } from '@pulumi/pulumi/proto/language_pb';
import { Children, type RuntimeOptions, nodeEnvironment, nodeFlags, runtimeOptions, sdkFile } from './programs';

/** The exit code by which the SDK says that the user has already seen what went wrong. */
const alreadyReported = 32;

/** Runs a Pulumi program to its end and tells how it ended. */
export async function runProgram(request: RunRequest, engineAddress: string, children: Children): Promise<RunResponse> {
  const info = request.getInfo();
  const options = runtimeOptions(info?.getOptions()?.toJavaScript() ?? {});
  const programDirectory = info?.getProgramDirectory() || request.getPwd();
  const child = children.start(
    [...nodeFlags(options), sdkFile(programDirectory, 'cmd/run'), ...argumentsOf(request, engineAddress)],
    { cwd: programDirectory, env: environmentOf(request, options), piped: false },
  );
  const { exitCode, signal } = await Children.finished(child);
  const response = new RunResponse();
  if (exitCode === alreadyReported) response.setBail(true);
  else if (signal !== null) response.setError(`program was ended by ${signal}`);
  else if (exitCode !== 0) response.setError(`program ended with exit code ${exitCode}`);
  return response;
}

function argumentsOf(request: RunRequest, engineAddress: string): string[] {
  const named: [string, string][] = [
    ['--monitor', request.getMonitorAddress()],
    ['--engine', engineAddress],
    ['--organization', request.getOrganization()],
    ['--project', request.getProject()],
    ['--root-directory', request.getInfo()?.getRootDirectory() ?? ''],
    ['--stack', request.getStack()],
    ['--pwd', request.getPwd()],
    ['--parallel', String(request.getParallel())],
  ];
  return [
    ...named.filter(([, value]) => value !== '').flat(),
    ...(request.getDryrun() ? ['--dry-run'] : []),
    ...(request.getQuerymode() ? ['--query-mode'] : []),
    request.getProgram() || '.',
    ...request.getArgsList(),
  ];
}

function environmentOf(request: RunRequest, options: RuntimeOptions): NodeJS.ProcessEnv {
  return {
    ...nodeEnvironment(options, process.env),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toObject())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    PULUMI_ROOT_DIRECTORY: request.getInfo()?.getRootDirectory() ?? '',
  };
}
