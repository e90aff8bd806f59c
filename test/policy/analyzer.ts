import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { AnalyzerClient } from '@pulumi/pulumi/proto/analyzer_grpc_pb';
import * as messages from '@pulumi/pulumi/proto/analyzer_pb';
import type { Struct as StructType } from 'google-protobuf/google/protobuf/struct_pb';
import { checkoutRoot } from '../../scripts/checkout';
import type { Recorded } from './record';

/** The SDK's own google-protobuf: it serializes no message of another copy. */
const { Struct } = createRequire(require.resolve('@pulumi/pulumi'))('google-protobuf/google/protobuf/struct_pb.js') as {
  Struct: typeof StructType;
};

export interface Said {
  readonly policy: string;
  /** The rule that is named in the text; the policy itself where none is. */
  readonly rule: string;
  readonly urn: string;
  readonly mandatory: boolean;
  readonly message: string;
}

const struct = (fields: object): StructType =>
  Struct.fromJavaScript(fields as Parameters<typeof Struct.fromJavaScript>[0]);

/** The pack as the engine runs it, without an engine: its own process, asked over gRPC. */
export class Analyzer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: AnalyzerClient,
  ) {}

  static async start(): Promise<Analyzer> {
    const folder = path.join(checkoutRoot(), 'policy');
    const script = require.resolve('@pulumi/pulumi/cmd/run-policy-pack');
    const child = spawn(process.execPath, [script, '127.0.0.1:1', folder], {
      cwd: folder,
      env: { ...process.env, PULUMI_PROJECT: 'agente-dr', PULUMI_STACK: 'primary' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const address = `127.0.0.1:${line.toString().trim()}`;
    return new Analyzer(child, new AnalyzerClient(address, grpc.credentials.createInsecure()));
  }

  stop(): void {
    this.client.close();
    this.child.kill('SIGKILL');
  }

  /** All that an engine asks about a stack: each resource while it is registered, then the stack. */
  async look(all: readonly Recorded[]): Promise<Said[]> {
    const byUrn = new Map(all.map((one) => [one.urn, one]));
    const said: Said[] = [];
    for (const one of all) {
      const request = described(new messages.AnalyzeRequest(), one, byUrn);
      said.push(...(await answered((done) => this.client.analyze(request, done))));
    }
    const resources = all.map((one) => {
      const resource = described(new messages.AnalyzerResource(), one, byUrn);
      for (const [property, urns] of Object.entries(one.sources)) {
        const found = new messages.AnalyzerPropertyDependencies();
        found.setUrnsList([...urns]);
        resource.getPropertydependenciesMap().set(property, found);
      }
      return resource;
    });
    const request = new messages.AnalyzeStackRequest();
    request.setResourcesList(resources);
    return [...said, ...(await answered((done) => this.client.analyzeStack(request, done)))];
  }
}

function described<Message extends messages.AnalyzeRequest | messages.AnalyzerResource>(
  message: Message,
  one: Recorded,
  byUrn: ReadonlyMap<string, Recorded>,
): Message {
  const options = new messages.AnalyzerResourceOptions();
  options.setProtect(one.protect);
  options.setIgnorechangesList([...one.ignoreChanges]);
  message.setUrn(one.urn);
  message.setType(one.type);
  message.setName(one.name);
  message.setProperties(struct(one.inputs));
  message.setOptions(options);
  const provider = byUrn.get(one.provider);
  if (provider !== undefined) {
    const told = new messages.AnalyzerProviderResource();
    told.setUrn(provider.urn);
    told.setType(provider.type);
    told.setName(provider.name);
    told.setProperties(struct(provider.inputs));
    message.setProvider(told);
  }
  return message;
}

type Done = (error: grpc.ServiceError | null, response: messages.AnalyzeResponse) => void;

function answered(ask: (done: Done) => unknown): Promise<Said[]> {
  return new Promise((resolve, reject) => {
    ask((error, response) => {
      if (error !== null) {
        reject(error);
        return;
      }
      resolve(
        response.getDiagnosticsList().map((one) => ({
          policy: one.getPolicyname(),
          rule: /\[(dr-[\w-]+)\]/.exec(one.getMessage())?.[1] ?? one.getPolicyname(),
          urn: one.getUrn(),
          mandatory: one.getEnforcementlevel() === messages.EnforcementLevel.MANDATORY,
          message: one.getMessage(),
        })),
      );
    });
  });
}
