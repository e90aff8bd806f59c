import * as fs from 'node:fs';
import * as path from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb';
import { checkoutRoot } from '../../scripts/checkout';
import { Machine } from '../machine';
import { machineVariable } from '../processes';
import { regionClient } from '../supervisor/client';
import { AwsProvider } from './aws';
import { DockerProvider } from './docker/provider';
import type { Provider } from './provider';
import { RandomProvider } from './random';
import { serviceOf } from './service';

const lookForEngineMs = 500;

/** Ends this process with its engine, however that one ends. What a region was told to do, it finishes. */
function watchEngine(): void {
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid !== engine) process.exit(0);
  }, lookForEngineMs).unref();
  process.on('SIGINT', () => process.exit(0));
}

function providerOf(name: string, machine: Machine): Provider {
  if (name === 'aws') return new AwsProvider(machine, regionClient(machine));
  if (name === 'random') return new RandomProvider();
  if (name === 'docker') return new DockerProvider(regionClient(machine), checkoutRoot());
  throw new Error(`regions on this machine have no provider ${name}`);
}

/** Plain answers of `fs.realpathSync`, or the path itself where there is nothing. */
function real(folder: string): string {
  return fs.existsSync(folder) ? fs.realpathSync(folder) : folder;
}

/**
 * This provider plays AWS on one machine. For any other project, or an engine that works elsewhere, its
 * answers would end up in the state of real stacks.
 */
function admit(machine: Machine, name: string, pluginFolder: string): void {
  const own = real(machine.projectDir);
  const engineFolder = real(fs.readlinkSync(`/proc/${String(process.ppid)}/cwd`));
  const isOurs = real(pluginFolder) === path.join(own, 'providers', name);
  if (isOurs && (engineFolder === own || engineFolder.startsWith(own + path.sep))) return;
  throw new Error(
    `this ${name} provider belongs to ${own} alone; it was started for ${engineFolder} from ${pluginFolder}`,
  );
}

function versionOf(name: string): string {
  const file = require.resolve(`@pulumi/${name}/package.json`);
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string }).version;
}

function main(): void {
  const [name = ''] = process.argv.slice(2);
  const machine = Machine.open(process.env[machineVariable] ?? '');
  watchEngine();
  const server = new grpc.Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  const identity = {
    name,
    version: versionOf(name),
    admit: (folder: string) => {
      admit(machine, name, folder);
    },
  };
  server.addService(ResourceProviderService, serviceOf(providerOf(name, machine), identity));
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    // The engine reads the first line of the output as our port.
    process.stdout.write(`${String(port)}\n`);
  });
}

main();
